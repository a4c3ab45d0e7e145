"""A session of staff with releases, from keys to rolling back, as they would type it."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.release.conftest import MADE_AT, build, commit
from tests.staff.terminal import Said, urne


def test_a_year_of_releases(changed: Path, keys: Path, built: Path, tmp_path: Path) -> None:
    """Two versions are published; one page is changed by night; the first version comes back."""
    site, second = str(tmp_path / "site"), tmp_path / "r2"

    def staff(*arguments: str, answer: str = "") -> Said:
        return urne("release", *arguments, "--keys", str(keys), folder=changed, answer=answer)

    # The first release. Nobody is here to say yes, so nothing happens without --yes.
    asked = staff("publish", str(built), "--to", site)
    assert asked.status == 2
    assert "say --yes" in asked.err
    refused = staff("publish", str(built), "--to", site, answer="no\n")
    assert (refused.status, list((tmp_path / "site").iterdir())) == (1, [])
    first = staff("publish", str(built), "--to", site, answer="yes\n")
    assert first.out == f"Release 1 is published at {site}.\n"
    assert urne("release", "verify", site).out.startswith("GOOD: release 1,")

    # A page is written, checked and committed; the second release follows the first.
    page = changed / "content/privacy.md"
    page.write_text(page.read_text() + "\nUne phrase de plus.\n")
    commit(changed, "privacy: one sentence more")
    voting = voting_pages(tmp_path / "voting")
    at = ("--voting", str(voting), "--voting-url", "https://vote.example.org")
    build(changed, keys, second, "--after", site, *at)
    assert urne("release", "verify", str(second), "--key", str(keys / "release.pub")).status == 0
    done = staff("publish", str(second), "--to", site, "--yes", "--json").json
    assert (done["release"], done["before"], done["published"]) == (2, 1, True)
    assert "privacy/index.html" in done["changed"]

    # The second one names the voting pages; a script that is exchanged there is found out.
    assert "and 2 of the voting pages" in urne("release", "verify", site, *at[:2]).out
    (voting / "assets/vote.js").write_text("send(seed)")
    found = urne("release", "verify", site, *at[:2])
    assert found.status == 1
    assert found.out.startswith("changed  https://vote.example.org/assets/vote.js: it is not as")
    assert "not looked at" in urne("release", "verify", site).err

    listed = urne("release", "list", site, "--json").json
    assert [(v["release"], v["current"]) for v in listed] == [(2, True), (1, False)]
    assert listed[0]["committed_at"] == MADE_AT
    assert urne("release", "list", site).out.split("\n")[0].split() == [
        *("release", "of", "commit", "manifest"),
    ]

    # A third one is begun, and given up: the list says so, and the site is as it was.
    begun = tmp_path / "site/v/3/index.html"
    begun.parent.mkdir()
    begun.write_text("…")
    assert "Release 3 was begun" in urne("release", "list", site).err
    assert urne("release", "verify", site).status == 0
    begun.unlink()
    assert urne("release", "list", site).err == ""

    # By night somebody changes a page, takes one away, and adds one.
    (tmp_path / "site/index.html").write_text("Votez pour moi")
    (tmp_path / "site/privacy/index.html").unlink()
    (tmp_path / "site/offer.html").write_text("…")
    found = urne("release", "verify", site)
    assert found.status == 1
    assert found.out.split("\n")[:3] == [
        "changed  index.html: it is not as the manifest says",
        "added    offer.html: the manifest does not know it",
        "missing  privacy/index.html: it is not there",
    ]
    assert urne("release", "verify", site, "--release", "2").status == 0

    # The first release comes back, and with it the site is whole again.
    back = staff("rollback", "1", "--to", site, "--yes")
    assert back.out == f"Release 1 is published at {site}.\n"
    assert "release 2; release 1 takes its place." in back.err
    good = urne("release", "verify", site, "--key", str(keys / "release.pub"))
    assert good.out.endswith("2 releases in a chain, 3 log entries.\n")
    assert (tmp_path / "site/index.html").read_bytes() == (built / "index.html").read_bytes()


def voting_pages(folder: Path) -> Path:
    """Return a folder with voting pages, much smaller."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("page")
    (folder / "assets/vote.js").write_text("script")
    return folder


def test_keys_are_their_owners_and_are_never_overwritten(keys: Path) -> None:
    """0600, and a second try is refused."""
    for name in ("release.key", "releases-log.key"):
        assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600
    again = urne("release", "keys", "--url", "https://x.example", "--out", str(keys))
    assert again.status == 2
    assert "there are keys" in again.err


def test_a_release_of_another_key_is_not_published(built: Path, tmp_path: Path) -> None:
    """Nor one that was built for another address."""
    keys, site = tmp_path / "keys", str(tmp_path / "site")
    urne("release", "keys", "--url", "https://budget.example.org", "--out", str(keys))
    done = urne("release", "publish", str(built), "--to", site, "--keys", str(keys), "--yes")
    assert done.status == 2
    assert "not signed by the release key" in done.err
    assert not (tmp_path / "site").exists()


def test_a_bucket_that_is_not_ours_is_refused(keys: Path, built: Path) -> None:
    """What AWS says is handed on in one sentence, without a trace of our code."""
    edge = "arn:aws:cloudfront::123456789012:key-value-store/1"
    command = ("publish", str(built), "--to", "s3://nowhere", "--edge", edge, "--keys", str(keys))
    done = urne("release", *command, "--yes", "--json", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.status == 2
    assert done.json["error"]["code"] in ("target-refused", "unavailable")
    assert "Traceback" not in done.err


def test_a_folder_that_cannot_be_written_is_refused(
    keys: Path, built: Path, tmp_path: Path
) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "site").write_text("not a folder")
    command = ("publish", str(built), "--to", str(tmp_path / "site"), "--keys", str(keys))
    done = urne("release", *command, "--yes", "--json")
    assert (done.status, done.json["error"]["code"]) == (2, "target-refused")


def test_a_place_without_releases_says_so(tmp_path: Path, keys: Path) -> None:
    """In a sentence, with a code, or as JSON; nothing is made where nothing is published."""
    place, site = str(tmp_path / "nothing"), str(tmp_path / "site")
    for command, said in (
        (("list", place), f"none was published at {place}"),
        (("verify", place), "neither a published nor a built one"),
        (("publish", place, "--to", site, "--keys", str(keys), "--yes"), "urne release build"),
    ):
        done = urne("release", *command, "--json")
        assert (done.status, done.json["error"]["code"]) == (2, "release-refused")
        assert said in done.json["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_does_not_answer_is_named() -> None:
    """It is no finding: whoever asks is told to ask again."""
    done = urne("release", "verify", "http://127.0.0.1:9")
    assert done.status == 2
    assert done.err.startswith("http://127.0.0.1:9/versions.json does not answer. Please try")
