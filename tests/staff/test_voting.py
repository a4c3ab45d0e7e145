"""Staff build the voting pages of a real election, and name them in the release."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import shutil
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.release.small import release
from tests.staff.terminal import Said, urne

from urne.errors import Conflict, ReleaseRefused
from urne.flows.release_build import voting_pages
from urne.flows.release_plan import one_by_one
from urne.model.release import Voting
from urne.store.memory import MemoryFiles
from urne_staff.commands import release_verify
from urne_staff.commands.release_build import _voting
from urne_staff.commands.voting_publish import carry_out, plan
from urne_staff.site import files_of
from urne_staff.sources import reader

WORKED = json.loads((ROOT / "tests/vectors/worked-example.json").read_text())
SITE, VOTE = "https://budget.example.org", "https://vote.example.org"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules/esbuild").is_dir(),
    reason="Node or its packages are missing; make setup says how to get them",
)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Return the path of an election.json."""
    path = tmp_path / "election.json"
    path.write_text(WORKED["manifest"]["election_json"])
    return path


def build(manifest: Path, out: Path, *more: str) -> Said:
    command = ("voting", "build", "--election", str(manifest), "--out", str(out))
    return urne(*command, "--site", SITE, *more, folder=ROOT)


@needs_node
def test_the_same_manifest_gives_the_same_pages(manifest: Path, tmp_path: Path) -> None:
    """Built twice, to the byte; every script, style and worker is named by its hash in a page."""
    first, second = (build(manifest, tmp_path / name, "--json") for name in ("one", "two"))
    assert first.status == 0, first.err
    assert first.json["election_id"] == WORKED["manifest"]["election_id_base64"]
    assert first.json["files"] == second.json["files"]
    folder = tmp_path / "one"
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    told = {path: b64encode(_sha256(raw)).decode() for path, raw in _read(files).items()}
    assert first.json["files"] == told
    pages = "".join(path.read_text() for name, path in files.items() if name.endswith(".html"))
    pinned = set(re.findall(r'="(sha384-[^"]+)"', pages))
    assets = [path for name, path in files.items() if name.endswith((".js", ".css"))]
    assert len(assets) == len(pinned) > 6
    hashes = {
        f"sha384-{b64encode(hashlib.sha384(p.read_bytes()).digest()).decode()}" for p in assets
    }
    assert hashes == pinned
    assert "Démonstration" not in (folder / "index.html").read_text()
    assert f'href="{SITE}/"' in (folder / "index.html").read_text()
    assert _publish(folder, tmp_path / "served", "--yes").status == 0
    assert _tree(tmp_path / "served") == _read(files)


def _sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def _read(files: dict[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files.items()}


@needs_node
def test_a_demonstration_says_so(manifest: Path, tmp_path: Path) -> None:
    """On every page, and only when asked."""
    done = build(manifest, tmp_path / "pages", "--demonstration")
    assert done.out.startswith("The voting pages of petiteville-2019 are in ")
    assert "Démonstration" in (tmp_path / "pages/audit/index.html").read_text()


def test_what_is_no_manifest_is_refused(manifest: Path, tmp_path: Path) -> None:
    """Before anything is built, with nothing left behind."""
    manifest.write_text(manifest.read_text() + " ")
    done = build(manifest, tmp_path / "pages", "--json")
    assert (done.status, done.json["error"]["code"]) == (2, "not-canonical")
    assert not (tmp_path / "pages").exists()


def test_what_is_no_site_is_refused(manifest: Path, tmp_path: Path) -> None:
    """A page leads back to an address."""
    words = (
        "--election",
        str(manifest),
        "--site",
        "budget.example.org",
        "--out",
        str(tmp_path / "p"),
    )
    done = urne("voting", "build", *words, folder=ROOT)
    assert done.status == 2
    assert "no address of a site" in done.err


# --- In the release ------------------------------------------------------------------------------


def _options(**given: str | None) -> argparse.Namespace:
    return argparse.Namespace(**{"voting": None, "voting_url": None, **given})


def _pages(tmp_path: Path, script: bytes = b"script") -> dict[str, bytes]:
    files = {"index.html": b"page", "assets/vote.js": script}
    for name, raw in files.items():
        (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pages" / name).write_bytes(raw)
    return files


def test_a_release_names_the_pages_of_a_folder(tmp_path: Path) -> None:
    """By their hashes and their address, which is said once."""
    files, folder = _pages(tmp_path), str(tmp_path / "pages")
    named = _voting(_options(voting=folder, voting_url=VOTE), f"{SITE}/", None)
    assert named == voting_pages(files.items(), f"{VOTE}/", f"{SITE}/")
    newest = release()
    newest = replace(newest, manifest=replace(newest.manifest, voting=named))
    assert _voting(_options(), f"{SITE}/", newest) == named
    changed = _pages(tmp_path, b"another script")
    again = _voting(_options(voting=folder), f"{SITE}/", newest)
    assert again == voting_pages(changed.items(), f"{VOTE}/", f"{SITE}/") != named
    assert _voting(_options(voting="none"), f"{SITE}/", newest) is None


@pytest.mark.parametrize("folder, why", [("pages", "--voting-url"), ("nowhere", "--voting-url")])
def test_pages_without_an_address_are_refused(tmp_path: Path, folder: str, why: str) -> None:
    _pages(tmp_path)
    with pytest.raises(ReleaseRefused, match=why):
        _voting(_options(voting=str(tmp_path / folder)), f"{SITE}/", None)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefused, match="no folder"):
        _voting(_options(voting=str(tmp_path / "x"), voting_url=VOTE), f"{SITE}/", None)


def test_a_release_of_no_voting_pages_names_none() -> None:
    """Before the first vote there are none."""
    named: Voting | None = _voting(_options(), f"{SITE}/", release())
    assert named is None


@pytest.mark.parametrize(
    "source, number, is_asked",
    [(SITE, None, True), (SITE, 3, False), ("folder", None, False)],
)
def test_the_address_in_the_manifest_is_asked_only_with_the_site_itself(
    source: str, number: int | None, *, is_asked: bool
) -> None:
    """A copy in a folder is verified without a network, and old releases have no pages of then."""
    options = argparse.Namespace(voting=None, source=source, release=number)
    assert (release_verify._voting(options) is reader) is is_asked


# --- At the voting origin ------------------------------------------------------------------------


def _built(tmp_path: Path, edition: str = "rueil-2019", script: str = "one") -> Path:
    folder = tmp_path / f"built-{edition}-{script}"
    page = f'<html lang="fr" data-edition="{edition}" data-election="AAAA"><script src="{script}">'
    files = {
        "index.html": page,
        "nl/index.html": page,
        "check/index.html": page,
        f"assets/vote-{script}.js": script,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _publish(folder: Path, to: Path, *more: str, answer: str = "") -> Said:
    return urne("voting", "publish", str(folder), "--to", str(to), *more, answer=answer)


def _tree(folder: Path) -> dict[str, bytes]:
    return {path: raw for path, raw in files_of(folder) if not path.startswith(".")}


def test_pages_are_put_where_they_are_served(tmp_path: Path) -> None:
    """New, once more, and changed: a page in a language that went goes, an earlier script stays."""
    first, second, served = _built(tmp_path), _built(tmp_path, script="two"), tmp_path / "vote"
    done = _publish(first, served, "--yes", "--json")
    assert (done.status, len(done.json["added"])) == (0, 4), done.err
    assert _tree(served) == _tree(first)
    again = _publish(first, served)
    assert again.status == 0
    assert "there is nothing to do" in again.err + again.out
    shutil.rmtree(second / "nl")
    changed = _publish(second, served, "--yes", "--json").json
    assert changed["added"] == ["assets/vote-two.js"]
    assert changed["changed"] == ["check/index.html", "index.html"]
    assert changed["removed"] == ["nl/index.html"]
    assert _tree(served) == {**_tree(second), "assets/vote-one.js": b"one"}


def test_nobody_is_left_without_the_pages_of_another_vote_unasked(tmp_path: Path) -> None:
    """Which vote stands there is said, and without a yes nothing changes."""
    first, other, served = _built(tmp_path), _built(tmp_path, "ville-2020"), tmp_path / "vote"
    _publish(first, served, "--yes")
    asked = _publish(other, served, answer="no\n")
    assert asked.status == 1
    assert "rueil-2019, election AAAA" in asked.err + asked.out
    assert _tree(served) == _tree(first)
    silent = _publish(other, served)
    assert (silent.status, "--yes" in silent.err) == (2, True), silent.err
    assert _publish(other, served, answer="yes\n").status == 0
    assert _tree(served) == {**_tree(other)}


def test_a_page_never_names_what_is_not_there_yet(tmp_path: Path) -> None:
    """Interrupted after any write, each page served finds its script; run again, it ends."""
    served = _Served()
    for script in ("one", "two"):
        built = _tree(_built(tmp_path, script=script))
        for _ in built:
            served.left = 1
            with contextlib.suppress(ConnectionError):
                carry_out(served, "vote/", plan(served, "vote/", built), one_by_one)
            for path in served.paths("vote/"):
                for named in re.findall(rb'src="(\w+)"', served.read(path)):
                    assert f"vote/assets/vote-{named.decode()}.js" in set(served.paths("vote/"))
        assert all(served.read(f"vote/{path}") == raw for path, raw in built.items())


class _Served(MemoryFiles):
    """Files that let so many writes through, and then none."""

    left = 0

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        if not self.left:
            raise ConnectionError
        self.left -= 1
        super().replace(path, raw, version)


def test_a_place_of_other_pages_is_left_as_it_is(tmp_path: Path) -> None:
    """The site's own folder, named by mistake, would lose every page of the site."""
    site = tmp_path / "site"
    (site / "rules").mkdir(parents=True)
    (site / "rules/index.html").write_text("<html lang='fr'>")
    done = _publish(_built(tmp_path), site, "--yes", "--json")
    assert (done.status, done.json["error"]["code"]) == (2, "release-refused")
    assert _tree(site) == {"rules/index.html": b"<html lang='fr'>"}


def test_what_changes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    served, built = MemoryFiles(), _tree(_built(tmp_path))
    carry_out(served, "", plan(served, "", built), one_by_one)
    planned = plan(served, "", _tree(_built(tmp_path, script="two")))
    other = b"<html data-edition"
    served.replace("index.html", other, planned.versions["index.html"])
    with pytest.raises(Conflict):
        carry_out(served, "", planned, one_by_one)
    assert served.read("index.html") == other


def test_what_is_no_voting_page_is_not_published(tmp_path: Path) -> None:
    _pages(tmp_path)
    done = _publish(tmp_path / "pages", tmp_path / "vote", "--yes", "--json")
    assert (done.status, done.json["error"]["code"]) == (2, "release-refused")
    assert not (tmp_path / "vote").exists()
    done = urne("voting", "publish", str(_built(tmp_path)), "--to", "ftp://x", "--yes")
    assert "neither a folder nor s3://bucket" in done.err
