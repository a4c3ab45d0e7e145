"""Feeds: Atom (RFC 4287) and JSON Feed 1.1, with the same entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html import escape


@dataclass(frozen=True, slots=True)
class Entry:
    """One update; its address is also its name for ever."""

    url: str
    title: str
    date: date
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first, and the address of the page they belong to.

    A feed changes when there is an entry more, and not because it is built again; until the first
    it is as old as the edition, which began on the day `begun`.
    """

    url: str
    title: str
    language: str
    entries: tuple[Entry, ...]
    begun: date


def atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    updated = _instant(feed.entries[0].date if feed.entries else feed.begun)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">',
        f"<id>{escape(feed.url)}</id>",
        f"<title>{escape(feed.title)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{escape(feed.title)}</name></author>",
        f'<link rel="alternate" href="{escape(feed.url)}"/>',
        f'<link rel="self" href="{escape(feed.url)}feed.xml"/>',
    ]
    for entry in feed.entries:
        parts += [
            "<entry>",
            f"<id>{escape(entry.url)}</id>",
            f"<title>{escape(entry.title)}</title>",
            f"<updated>{_instant(entry.date)}</updated>",
            f'<link href="{escape(entry.url)}"/>',
            f'<content type="html">{escape(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*parts, "</feed>", ""]).encode()


def json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed."""
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.url + "feed.json",
        "language": feed.language,
        "items": [
            {
                "id": entry.url,
                "url": entry.url,
                "title": entry.title,
                "date_published": _instant(entry.date),
                "content_html": entry.html,
            }
            for entry in feed.entries
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
