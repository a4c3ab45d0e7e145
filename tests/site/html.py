"""What the tests read out of a built page: its elements, links, ids, and what it must not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

VOID = set("area base br col embed hr img input link meta source track wbr".split())
OPTIONAL = set("p li dt dd tr td th thead tbody tfoot option".split())


@dataclass
class PageRead(HTMLParser):
    """A page as its tags say it."""

    faults: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> carries {name}")
            if value and value.strip().lower().startswith("javascript:"):
                self.faults.append(f"<{tag}> has script in {name}")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"<{tag}> stands in the page")
        self._note(tag, given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def _note(self, tag: str, given: dict[str, str | None]) -> None:
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag in ("script", "img", "source", "use", "iframe"):
            self.sources.append(given.get("src") or given.get("href") or "")
        elif tag == "link" and given.get("rel") != "canonical" and not given.get("hreflang"):
            self.sources.append(given.get("href") or "")


def read_page(path: Path) -> PageRead:
    """Return a page as read."""
    page = PageRead()
    page.feed(path.read_text("utf-8"))
    page.close()
    if page.open:
        page.faults.append(f"never closed: {page.open}")
    return page


def target_of(site: Path, page: Path, link: str) -> tuple[Path, str]:
    """Return the file an inner link leads to, and the anchor in it."""
    url = urlsplit(urljoin("/" + page.relative_to(site).as_posix(), link))
    path = site / unquote(url.path).lstrip("/")
    return (path / "index.html" if url.path.endswith("/") else path), unquote(url.fragment)


def main_of(path: Path) -> str:
    """Return what stands in a page's main part, without indentation or empty lines."""
    text = path.read_text("utf-8")
    begin, end = text.index('<main id="main"'), text.index("</main>")
    lines = (line.strip() for line in text[begin:end].splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("<symbol")) + "\n"
