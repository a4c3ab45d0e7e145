"""Pages that between them show every template, and every state of one that looks different."""

from __future__ import annotations

EDITION = "editions/rueil-2019/"
INDEX = EDITION + "projects/"

TEMPLATES = {
    "home.html": ("",),
    "edition.html": (EDITION,),
    "projects.html": (INDEX,),
    "project.html": tuple(
        INDEX + name for name in ("012-led/", "019-ilots-de-fraicheur/", "112-parking-prive/")
    ),
    "results.html": (EDITION + "results/",),
    "updates.html": (EDITION + "updates/",),
    "main.html": ("how-to-vote/", "versions/", "how-it-works/", "accessibility/"),
    "search.html": ("recherche/",),
    "404.html": ("404.html",),
}
PAGES = tuple(page for pages in TEMPLATES.values() for page in pages)
"""All of them, once the votes are counted."""

WHILE_OPEN = ("", EDITION, INDEX, EDITION + "results/", INDEX + "012-led/")
"""Those that look otherwise while the vote is open."""

ONCE = ("404.html",)
"""Pages that there is one of, whatever the language."""
