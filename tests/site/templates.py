"""Pages that between them show every template, and every state of one that looks different."""

from __future__ import annotations

EDITION = "editions/rueil-2019/"
INDEX = EDITION + "projects/"

TEMPLATES = {
    "home.html": ("",),
    "edition.html": (EDITION,),
    "projects.html": (INDEX,),
    "project.html": (INDEX + "012-led/", INDEX + "112-parking-prive/"),
    "results.html": (EDITION + "results/",),
    "updates.html": (EDITION + "updates/",),
    "main.html": ("how-to-vote/", "versions/", "how-it-works/"),
    "search.html": ("recherche/",),
    "404.html": ("404.html",),
}
PAGES = tuple(page for pages in TEMPLATES.values() for page in pages)
"""All of them, once the votes are counted."""

WHILE_OPEN = ("", EDITION, INDEX, EDITION + "results/")
"""Those that look otherwise while the vote is open."""

ONCE = ("404.html",)
"""Pages that there is one of, whatever the language."""
