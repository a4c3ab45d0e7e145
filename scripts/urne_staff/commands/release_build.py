"""Build a release of the commit that is checked out: the site, its search index, a signed list.

The same commit gives the same bytes: build it twice, anywhere, and compare release.json. It
follows the releases already published where --after points; without it, it is the first. What is
built is a folder that any web server can serve as it is.

Without --keys, keys for trying out are made in .build/keys.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from urne.canonical import to_base64
from urne.crypto.sign import SigningKey
from urne.errors import BadInput, ReleaseRefused
from urne.flows.check import check_content
from urne.flows.history import read_history
from urne.flows.release_build import (
    Release,
    Start,
    assemble,
    finish,
    open_kept,
    open_release,
    sign,
    voting_pages,
)
from urne.flows.release_plan import versions_at
from urne.model.release import DIRTY, MANIFEST, SIGNATURE, Version, Voting, is_shared
from urne_staff.content import (
    THEME,
    placeholders,
    public_folder,
    read_content,
    read_public,
    read_theme,
    what_was_published,
)
from urne_staff.git import changes, head
from urne_staff.output import Output
from urne_staff.release_keys import ReleaseKeys, read_keys
from urne_staff.site import build_site, files_of
from urne_staff.sources import reader
from urne_staff.tree import appearing, require_free

NAME = "build"
HELP = "build and sign a release of this commit"
EXAMPLE = "urne release build --out .build/r2 --after https://budget.example.org --keys ~/urne-keys"

LOCAL = "http://127.0.0.1:8000/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--out", required=True, metavar="DIR", help="new folder for the release")
    parser.add_argument("--url", help=f"where the site stands (default: {LOCAL})")
    parser.add_argument("--after", metavar="DIR-or-URL", help="the site that it follows")
    parser.add_argument("--number", type=int, metavar="N", help="default: the next one")
    parser.add_argument("--keys", metavar="DIR", help="what `urne release keys` made")
    parser.add_argument("--public", metavar="DIR", help="the public tree of elections")
    parser.add_argument(
        "--voting",
        metavar="DIR",
        help="the voting pages that `urne voting build` made, or `none` (default: as in the release"
        " before)",
    )
    parser.add_argument("--voting-url", metavar="URL", help="where the voting pages stand")
    parser.add_argument(
        "--allow-dirty", action="store_true", help="even if files differ from the commit"
    )


def run(options: argparse.Namespace, output: Output) -> bool:
    """Check, build, index, list and sign; say what was built."""
    root, out = Path.cwd(), require_free(options.out)
    url = (options.url or os.environ.get("URNE_SITE_URL") or LOCAL).rstrip("/") + "/"
    commit = _commit(root, options.allow_dirty, output)
    public = public_folder(options.public)
    _require_good(root, public, output)
    keys = read_keys(options.keys, url)
    earlier = versions_at(reader(options.after)) if options.after else ()
    newest = _newest(options, earlier, keys, public)
    start = _start(options, commit, url, newest)
    voting = _voting(options, url, newest)
    output.remark(f"Building release {start.number} of commit {start.commit[:12]} …")
    with appearing(out) as beside:
        build_site(root, beside, url=url, public=public, at=start.committed_at)
        _finish(beside, start, earlier, voting, keys.release)
    _say(out, options.out, keys, output)
    return True


def _commit(root: Path, allow_dirty: bool, output: Output) -> tuple[str, datetime]:
    """Return the commit and its date. Raises ReleaseRefused if the work tree differs from it."""
    name, made_at = head(root)
    if changed := changes(root):
        some = ", ".join(changed[:3]) + (", …" if len(changed) > 3 else "")
        if not allow_dirty:
            raise ReleaseRefused(
                f"{some} differ from the commit, so nobody could build it again; commit first,"
                " or say --allow-dirty to try something out"
            )
        output.remark(f"Not as in the commit: {some}. Nobody can build this release again.")
        name += DIRTY
    return name, made_at


def _require_good(root: Path, public: Path, output: Output) -> None:
    """Raise BadInput with everything that `urne check` finds, and every line to complete."""
    files, published = read_content(str(root / "content")), read_public(public)
    history = read_history(root / "content")
    theme = read_theme(root / THEME)
    problems = check_content(files, published, history, theme)
    problems += tuple(placeholders(files))
    if problems:
        raise BadInput(problems)
    output.remark(what_was_published(public, published))


def _require_elections(before: Release, public: Path) -> None:
    """Raise ReleaseRefused if a file of an election that was released before is not there now.

    Without the public tree the pages would say that nothing is counted yet, and nobody would have
    meant it.
    """
    lost = [path for path in before.manifest.files if is_shared(path)]
    lost = [path for path in sorted(lost) if not (public / path).is_file()]
    if lost:
        raise ReleaseRefused(
            f"release {before.manifest.number} has {lost[0]}, which is not in {public}; name the"
            " public tree with --public"
        )


def _newest(
    options: argparse.Namespace, earlier: Sequence[Version], keys: ReleaseKeys, public: Path
) -> Release | None:
    """Return the newest release before this one, if any. Raises ReleaseRefused."""
    if not earlier:
        return None
    kept = open_kept(reader(options.after), earlier[0].number, keys.release_line)
    if kept.sha256 != earlier[0].sha256:
        raise ReleaseRefused(f"release {earlier[0].number} at {options.after} is not as it says")
    _require_elections(kept, public)
    return kept


def _voting(options: argparse.Namespace, url: str, newest: Release | None) -> Voting | None:
    """Return what the manifest says of the voting pages: as named, else as before."""
    before = newest.manifest.voting if newest else None
    if options.voting is None:
        return before
    if options.voting == "none":
        return None
    at = options.voting_url or (before.url if before else "")
    if not at:
        raise ReleaseRefused("say with --voting-url where the voting pages stand")
    folder = Path(options.voting)
    if not folder.is_dir():
        raise ReleaseRefused(f"there is no folder {options.voting} with voting pages")
    return voting_pages(files_of(folder), at.rstrip("/") + "/", url)


def _start(
    options: argparse.Namespace, commit: tuple[str, datetime], url: str, newest: Release | None
) -> Start:
    least = newest.manifest.number + 1 if newest else 1
    number = options.number or least
    if number < least:
        raise ReleaseRefused(f"its number must be {least} or more")
    return Start(number, *commit, url, newest.sha256 if newest else None)


def _finish(
    folder: Path,
    start: Start,
    earlier: Sequence[Version],
    voting: Voting | None,
    key: SigningKey,
) -> None:
    """Complete the built files, and write the manifest and its signature."""
    for path, raw in files_of(folder):
        finished = finish(raw, path, start, earlier)
        if finished != raw:
            (folder / path).write_bytes(finished)
    manifest, signature = sign(assemble(files_of(folder), start, voting), key)
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SIGNATURE).write_bytes(signature)


def _say(out: Path, named: str, keys: ReleaseKeys, output: Output) -> None:
    release = open_release(reader(str(out)), keys.release_line)
    manifest, sha256 = release.manifest, to_base64(release.sha256)
    output.line(
        f"Release {manifest.number} is in {named}: {len(manifest.files)} files, manifest {sha256}."
    )
    output.line(f"Look at it: python3 -m http.server --directory {named}", "dim")
    output.value(
        {
            "release": manifest.number,
            "commit": manifest.commit,
            "folder": named,
            "files": len(manifest.files),
            "voting_files": len(manifest.voting.files) if manifest.voting else 0,
            "sha256": sha256,
        }
    )
