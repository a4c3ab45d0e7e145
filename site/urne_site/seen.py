"""What a page may show, as one digest: it is made again when that has changed, and not before.

A project's page shows its own files and what stands outside all projects; a page of an edition
the files of its projects too; any other page whatever there is. Of photographs and documents the
names are enough: pages say no more of them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from urne.flows.content import EditionContent, is_read
from urne.flows.history import Change
from urne_site.views.site import Site

# A project's own: its page, its updates, its comments, and all translations.
_OF_PROJECT = re.compile(r"editions/([^/]+)/(?:projects|updates|comments)/(\d+)(?:[-./].*)?")
_OF_EDITION = re.compile(r"editions/([^/]+)/.*")


class Seen:
    """Digests of content, published files and history by the pages that may show them."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        public: Mapping[str, bytes],
        history: Mapping[str, tuple[Change, ...]],
    ) -> None:
        common: list[str] = [f"{path} {_sha256(raw)}" for path, raw in sorted(public.items())]
        projects = defaultdict[tuple[str, str], list[str]](list)
        for path in sorted(files):
            said = f"{path} {_sha256(files[path]) if is_read(path) else ''} {history.get(path)}"
            own = _OF_PROJECT.fullmatch(path)
            (projects[own[1], own[2]] if own else common).append(said)
        self._common = _digest(common)
        self._projects = {key: _digest(said) for key, said in projects.items()}
        self._editions = {
            edition: _digest([d for (of, _), d in sorted(self._projects.items()) if of == edition])
            for edition in {of for of, _ in self._projects}
        }
        self._all = _digest([d for _, d in sorted(self._editions.items())])

    def by(self, path: str) -> str:
        """Return the digest of all that the page at a path of `content/` may show."""
        return _digest([self._common, self._own(path)])

    def _own(self, path: str) -> str:
        project, edition = _OF_PROJECT.fullmatch(path), _OF_EDITION.fullmatch(path)
        if project:
            return self._projects.get((project[1], project[2]), "")
        return self._editions.get(edition[1], "") if edition else self._all


def moment_of(site: Site) -> str:
    """Return what pages say of the moment of the build: the day, and how far each edition is."""
    day = site.now.astimezone(site.words.time_zone).date()
    return repr((day.isoformat(), [(e.edition.id, *_state(site, e)) for e in site.editions()]))


def _state(site: Site, edition: EditionContent) -> tuple[str, str]:
    phase, day = edition.edition.phase(site.now), edition.edition.day(site.now)
    return phase.value, day.isoformat()


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _digest(said: Iterable[str]) -> str:
    return _sha256("\n".join(said).encode())
