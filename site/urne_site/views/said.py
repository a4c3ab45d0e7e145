"""Words that know their language, so that a page marks whatever is not in its own (WCAG 3.1.2).

A template prints them like any text, and the element around them comes by itself. In an attribute
only `text` may stand, with `lang` on the element.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and their language where it is not the page's."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        """Return the words, escaped, in an element that says their language."""
        text = escape(self.text)
        # Markup's own `format` would take ten times as long, a hundred times on each page.
        return Markup(f'<span lang="{escape(self.lang)}">{text}</span>') if self.lang else text  # noqa: S704
