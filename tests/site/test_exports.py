"""Feeds, calendar and tables say what the pages say, in the formats other programs read."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.site.tree import EDITION, demonstration

from urne.flows.history import Change
from urne_site.exports import exported
from urne_site.exports.calendar import calendar_of, folded
from urne_site.exports.feeds import Entry, Feed, atom, json_feed
from urne_site.exports.tables import csv_of
from urne_site.views.bodies import whole
from urne_site.views.site import Site
from urne_site.words import Words

ATOM = "{http://www.w3.org/2005/Atom}"
FOLDER = f"editions/{EDITION}/"


def read_feed(raw: bytes) -> ET.Element:
    return ET.fromstring(raw)  # noqa: S314 - we wrote it ourselves


def entries(path: Path) -> list[ET.Element]:
    return read_feed(path.read_bytes()).findall(f"{ATOM}entry")


def test_site_edition_and_project_have_feeds_that_agree(counted: Path) -> None:
    for folder in ("", FOLDER, FOLDER + "projects/012-led/"):
        found = entries(counted / folder / "feed.xml")
        items = json.loads((counted / folder / "feed.json").read_bytes())["items"]
        assert [e.findtext(f"{ATOM}id") for e in found] == [item["id"] for item in items]
        assert [e.findtext(f"{ATOM}content") for e in found] == [i["content_html"] for i in items]
        days = [item["date_published"] for item in items]
        assert days == sorted(days, reverse=True)
    assert len(entries(counted / FOLDER / "projects/012-led/feed.xml")) == 6


def test_a_feed_of_a_project_without_updates_is_there_to_be_followed(counted: Path) -> None:
    assert entries(counted / FOLDER / "projects/052-jeux-inclusifs/feed.xml") == []


def test_an_entry_leads_to_the_update_on_its_page(counted: Path) -> None:
    link = entries(counted / FOLDER / "feed.xml")[0].find(f"{ATOM}link")
    assert link is not None
    url = link.attrib["href"].removeprefix("http://127.0.0.1:8000/")
    path, _, anchor = url.partition("#")
    assert f'id="{anchor}"' in (counted / path / "index.html").read_text("utf-8")


def test_titles_are_escaped_in_feeds() -> None:
    entry = Entry("https://example.org/?a&b", "A & <b>", date(2020, 1, 2), "<p>x</p>")
    feed = Feed("https://example.org/", "T & U", "fr", (entry,), date(2019, 1, 3))
    read = read_feed(atom(feed))
    assert read.findtext(f"{ATOM}updated") == "2020-01-02T00:00:00Z"
    assert read.findtext(f"{ATOM}title") == "T & U"
    assert read.findtext(f"{ATOM}entry/{ATOM}title") == "A & <b>"
    assert json.loads(json_feed(feed))["items"][0]["title"] == "A & <b>"


def test_before_the_vote_ends_there_is_no_news(voting: Path) -> None:
    assert entries(voting / FOLDER / "feed.xml") == []
    assert not (voting / FOLDER / "results.csv").exists()


def test_the_calendar_holds_every_deadline(counted: Path) -> None:
    raw = (counted / FOLDER / "calendar.ics").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    text = raw.decode().replace("\r\n ", "")
    assert "DTSTART:20190617T180000Z\r\nSUMMARY:Clôture du vote" in text
    assert "DTSTART;VALUE=DATE:20190228\r\nDTEND;VALUE=DATE:20190301" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") >= 7


def test_the_calendar_holds_deliveries_as_planned_as_revised_and_as_they_were(
    counted: Path,
) -> None:
    text = (counted / FOLDER / "calendar.ics").read_bytes().decode().replace("\r\n ", "")
    for name, day, words in (
        ("planned", "20200331", "livraison prévue"),
        ("revised", "20200630", "livraison révisée"),
        ("delivered", "20200626", "livré"),
    ):
        event = text[text.index(f"UID:{name}-012@") :].split("END:VEVENT")[0]
        assert f"DTSTART;VALUE=DATE:{day}\r\n" in event
        assert event.rstrip().endswith(f"détecteurs de présence\u00a0: {words}")
    assert "planned-052@" not in text


def test_a_later_build_of_the_same_content_exports_the_same_bytes() -> None:
    content = demonstration()
    edition = content.editions[EDITION]
    finished = edition.edition.calendar.finished_on
    one, two = (
        exported(Site(content, {}, Words("fr"), datetime(*day, tzinfo=UTC), str))
        for day in ((finished.year + 1, 1, 1), (finished.year + 2, 2, 2))
    )
    assert one == two
    updated = read_feed(one[f"{FOLDER}projects/052-jeux-inclusifs/feed.xml"])
    assert updated.findtext(f"{ATOM}updated") == "2019-01-14T00:00:00Z"


def test_a_date_was_revised_when_its_page_was_and_a_step_when_it_was_told() -> None:
    content, at = demonstration(), datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC)
    history = {f"{FOLDER}index.md": (Change("c" * 40, at, "dates"),)}
    now = datetime(2020, 2, 1, tzinfo=UTC)
    site = Site(content, {}, Words("fr"), now, str, history=history)
    text = calendar_of(site, content.editions[EDITION]).decode()
    stamps = dict(re.findall(r"UID:(.*?)@.*?\r\nDTSTAMP:(.*?)\r\n", text))
    assert stamps.pop("ideas_open") == "20190203T040506Z"
    last = {
        f"step-{id_}": f"{updates[-1].model.date:%Y%m%d}T000000Z"
        for id_ in content.editions[EDITION].updates
        if (updates := site.updates(content.editions[EDITION], id_))
    }
    steps = {uid: stamp for uid, stamp in stamps.items() if uid.startswith("step-")}
    assert steps
    assert steps.items() <= last.items()


def test_long_lines_are_folded_between_characters() -> None:
    line = folded("SUMMARY:" + "é" * 100)
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))
    assert line.replace("\r\n ", "") == "SUMMARY:" + "é" * 100 + "\r\n"


def test_the_tables_repeat_the_tally_and_the_projects(counted: Path) -> None:
    tally = json.loads((counted / f"elections/{EDITION}/tally.json").read_bytes())
    results = json.loads((counted / FOLDER / "results.json").read_bytes())
    assert [(r["id"], r["points"], r["winner"]) for r in results["projects"]] == [
        (p["id"], p["points"], p["winner"]) for p in tally["projects"]
    ]
    text = (counted / FOLDER / "projects.csv").read_text("utf-8")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["012"]["spent_cents"] == "3620000"
    assert rows["012"]["status"] == "maintenance"
    assert rows["112"]["feasibility"] == "unfeasible"
    assert rows["112"]["winner"] == ""


def test_no_cell_is_taken_for_a_formula() -> None:
    assert csv_of([{"title": "=1+1"}]) == b"title\r\n'=1+1\r\n"


def test_feeds_and_calendar_are_in_each_language(counted: Path) -> None:
    """Titles and deadlines; a project that is not translated is followed in French."""
    for code in ("nl", "en"):
        home = counted / code
        text = (home / FOLDER / "calendar.ics").read_bytes().decode().replace("\r\n ", "")
        assert f"//{code.upper()}\r\n" in text
        assert f"SUMMARY:{Words(code)('calendar.ballot_closes')}\r\n" in text
        for folder in ("", FOLDER, FOLDER + "projects/012-led/"):
            feed = read_feed((home / folder / "feed.xml").read_bytes())
            assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == code
            assert feed.findtext(f"{ATOM}id") == f"http://127.0.0.1:8000/{code}/{folder}"
            french = entries(counted / folder / "feed.xml")
            mine = entries(home / folder / "feed.xml")
            assert len(mine) == len(french) > 5
            assert mine[0].findtext(f"{ATOM}title") != french[0].findtext(f"{ATOM}title")
        assert not (home / FOLDER / "projects/052-jeux-inclusifs/feed.xml").exists()
        assert not (home / FOLDER / "projects.csv").exists()
        page = (home / FOLDER / "projects/052-jeux-inclusifs/index.html").read_text("utf-8")
        assert f'href="../../../../../{FOLDER}projects/052-jeux-inclusifs/feed.xml"' in page
        page = (home / FOLDER / "updates/index.html").read_text("utf-8")
        assert f'href="../../../{FOLDER}calendar.ics"' in page


def test_what_is_not_translated_says_so_in_a_feed_and_files_are_there_once() -> None:
    content = replace(demonstration(), update_translations={})
    at = datetime(2020, 10, 1, tzinfo=UTC)
    site = Site(content, {}, Words("nl"), at, str, "https://example.org/nl/")
    items = json.loads(exported(site)["feed.json"])["items"]
    assert items
    assert all(item["content_html"].startswith('<div lang="fr">') for item in items)
    place = whole(site)
    assert place("a/b/#c") == "https://example.org/nl/a/b/#c"
    assert place("a/b.jpg") == "https://example.org/a/b.jpg"
