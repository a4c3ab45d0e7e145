"""Building: the same commit gives the same bytes, and what is not good is not built."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from tests.release.conftest import MADE_AT, build, commit
from tests.site.tree import demonstration, public_tree, write
from tests.staff.terminal import urne

from urne.canonical import format_instant
from urne.flows.release_pages import is_page, mark, unmark
from urne.model.release import MANIFEST, Manifest, decode_manifest


@pytest.fixture(scope="module")
def manifest(built: Path) -> Manifest:
    """The manifest of the built release."""
    return decode_manifest((built / MANIFEST).read_bytes())


def test_the_same_commit_gives_the_same_bytes(
    repository: Path, keys: Path, built: Path, tmp_path: Path
) -> None:
    """A second build, elsewhere, gives an equal manifest and equal files."""
    again = build(repository, keys, tmp_path / "again")
    assert (again / MANIFEST).read_bytes() == (built / MANIFEST).read_bytes()
    here = {path.relative_to(built) for path in built.rglob("*")}
    assert here == {path.relative_to(again) for path in again.rglob("*")}


def test_the_manifest_names_every_file(built: Path, manifest: Manifest) -> None:
    """With its hash; and the commit, its date, and where the site stands."""
    found = {
        path.relative_to(built).as_posix(): hashlib.sha256(path.read_bytes()).digest()
        for path in built.rglob("*")
        if path.is_file() and not path.name.startswith(MANIFEST)
    }
    assert found == dict(manifest.files)
    assert len(found) > 200
    assert (manifest.number, manifest.previous) == (1, None)
    assert format_instant(manifest.committed_at) == MADE_AT
    assert manifest.url == "https://budget.example.org/"


def test_every_page_can_be_kept_and_brought_back(built: Path, manifest: Manifest) -> None:
    """In three languages, the page for lost addresses too; each names the page at the root."""
    pages = [path for path in manifest.files if is_page(path)]
    assert set(pages) == set(manifest.kept)
    for path in pages:
        raw = (built / path).read_bytes()
        kept = mark(raw, path, manifest)
        assert hashlib.sha256(kept).digest() == manifest.kept[path]
        assert kept.count(b'rel="canonical"') == 1
        assert b'content="noindex"' in kept
        assert unmark(kept) == raw


def test_the_canonical_address_of_a_kept_page_is_the_roots(built: Path, manifest: Manifest) -> None:
    """Whatever number it is kept under."""
    path = "en/how-to-vote/index.html"
    kept = mark((built / path).read_bytes(), path, manifest)
    assert b'href="https://budget.example.org/en/how-to-vote/"' in kept


def test_the_versions_are_listed_on_their_page(built: Path) -> None:
    """Without script, in each language."""
    for path in ("versions", "nl/versions", "en/versions"):
        text = (built / path / "index.html").read_text()
        assert '<ul class="versions"' in text, path


def test_the_search_index_is_there_in_each_language(built: Path) -> None:
    """One for each, made by Pagefind."""
    names = [path.name.split(".")[1][:2] for path in (built / "pagefind").glob("*.pf_meta")]
    assert sorted(names) == ["en", "fr", "nl"]


def test_minisign_verifies_it(minisign: str, built: Path, keys: Path) -> None:
    """Without our code."""
    command = [minisign, "-Vm", str(built / MANIFEST), "-p", str(keys / "release.pub")]
    assert b"release 1 of https://budget.example.org/" in subprocess.check_output(command)


def test_what_differs_from_the_commit_is_not_built(
    changed: Path, keys: Path, tmp_path: Path
) -> None:
    """Unless it is asked for; then the manifest says so, for ever."""
    (changed / "content/new.md").write_text("---\ntitle: Neuf\nsummary: Neuf.\n---\nNeuf.\n")
    out = tmp_path / "out"
    done = urne("release", "build", "--out", str(out), folder=changed)
    assert (done.status, out.exists()) == (2, False)
    assert "content/new.md differ from the commit" in done.err
    build(changed, keys, out, "--allow-dirty")
    assert decode_manifest((out / MANIFEST).read_bytes()).is_dirty


def test_what_check_refuses_is_not_built(changed: Path, tmp_path: Path) -> None:
    """Each problem is named, and nothing is left behind."""
    page = changed / "content/privacy.md"
    page.write_text(page.read_text() + "\n[Nulle part](nowhere.md)\n\n(à compléter)\n")
    out = tmp_path / "out"
    done = urne("release", "build", "--allow-dirty", "--json", "--out", str(out), folder=changed)
    assert done.status == 2
    codes = [problem["code"] for problem in done.json["error"]["problems"]]
    assert codes == ["link", "placeholder"]
    assert list(tmp_path.iterdir()) == []


def test_a_clone_without_its_past_is_no_place_to_build(repository: Path, tmp_path: Path) -> None:
    """Pages tell what changed and when, so the same commit would give other bytes."""
    whole, clone = tmp_path / "whole", tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(repository), str(whole)], check=True)
    page = whole / "content/privacy.md"
    page.write_text(page.read_text() + "\nUne phrase de plus.\n")
    commit(whole, "privacy: one sentence more")
    subprocess.run(["git", "clone", "-q", "--depth", "1", whole.as_uri(), str(clone)], check=True)
    done = urne("release", "build", "--out", str(tmp_path / "out"), folder=clone)
    assert (done.status, "git fetch --unshallow" in done.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_an_election_that_was_released_is_not_forgotten(
    repository: Path, keys: Path, tmp_path: Path
) -> None:
    """A release after one with results is refused without the public tree they came from."""
    tree = write(public_tree(demonstration()), tmp_path / "public")
    first = build(repository, keys, tmp_path / "r1", "--public", str(tree))
    site = str(tmp_path / "site")
    table = ("--log-table", str(tmp_path / "releases.sqlite"))
    publish = ("release", "publish", str(first), "--to", site, "--keys", str(keys), "--yes", *table)
    assert urne(*publish, folder=repository).status == 0
    command = ("release", "build", "--after", site, "--keys", str(keys))
    out = str(tmp_path / "r2")
    url = "https://budget.example.org"
    done = urne(*command, "--out", out, "--url", url, folder=repository, URNE_PUBLIC="nowhere")
    assert (done.status, Path(out).exists()) == (2, False)
    assert "elections/rueil-2019/cards.json, which is not in nowhere" in done.err


def test_a_site_that_cannot_be_built_leaves_nothing(changed: Path, tmp_path: Path) -> None:
    """The program's own words are handed on."""
    template = changed / "site/theme/main.html"
    template.write_text(template.read_text() + "{{ nonsense( }}")
    done = urne("release", "build", "--allow-dirty", "--out", str(tmp_path / "out"), folder=changed)
    assert done.status == 2
    assert "the site could not be built" in done.err
    assert list(tmp_path.iterdir()) == []


def test_outside_a_repository_nothing_is_built(tmp_path: Path) -> None:
    """No commit, no release."""
    done = urne("release", "build", "--out", str(tmp_path / "out"), folder=tmp_path)
    assert done.status == 2
    assert "git cannot say which commit this is" in done.err
