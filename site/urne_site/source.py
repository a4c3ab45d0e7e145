"""What the site is made of, read and checked once, whatever the number of languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from urne.flows.check import checked
from urne.flows.check_theme import Theme
from urne.flows.content import Content
from urne.flows.history import Change, History
from urne.flows.published import Published
from urne_site.comparison import Comparison, comparisons_of


@dataclass(frozen=True, slots=True)
class Source:
    """Content, published elections, the changes to each file; `render` makes HTML of Markdown."""

    content: Content
    published: Mapping[str, Published]
    public: Mapping[str, bytes]
    history: Mapping[str, tuple[Change, ...]]
    comparisons: Mapping[str, Comparison]
    render: Callable[[str], str]


def open_source(
    files: Mapping[str, bytes],
    public: Mapping[str, bytes],
    history: History,
    *,
    theme: Theme,
    render: Callable[[str], str],
    with_comparison: bool,
) -> Source:
    """Return content and published files, read. Raises BadInput with all problems.

    ModuleNotFoundError means that a comparison is wanted and its extra is not installed. The same
    words are rendered once: most stand on a page in every language, and in feeds.
    """
    content, published = checked(files, public, history, theme)
    comparisons = comparisons_of(published, public) if with_comparison else {}
    return Source(content, published, public, history.changes, comparisons, cache(render))
