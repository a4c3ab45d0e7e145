"""The one page of the local e-ID provider: who would you like to be? In French, Dutch and English.

It has no script. It says in its first line that nobody on it exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from urne_local.residents import Resident

LANGUAGES = {"fr": "Français", "nl": "Nederlands", "en": "English"}

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "title": "Identité numérique de démonstration",
        "intro": "Aucune de ces personnes n’existe. Choisissez qui vous voulez être.",
        "residents": "Personnes inventées",
        "resident-a": "habite ici, peut voter",
        "resident-b": "habite ici, peut voter",
        "resident-c": "habite ici, peut voter ; seule son année de naissance est connue",
        "minor": "habite ici, trop jeune",
        "elsewhere": "habite une autre ville",
        "no-address": "son identité numérique ne donne pas d’adresse",
        "registered": "sans adresse non plus ; figure au registre de la ville",
        "weak": "habite ici, identité numérique de niveau trop faible",
        "other": "Une autre personne inventée",
        "hint": "De voter-000000 à voter-999999 : toutes habitent ici et peuvent voter.",
        "sign-in": "Se connecter",
        "unknown": "Cette personne n’a pas été inventée. Écrivez par exemple voter-000123.",
        "cancel": "Annuler et revenir",
        "languages": "Langues",
        "error": "Cette demande ne vient pas d’un service connu. Revenez à la page du vote.",
    },
    "nl": {
        "title": "Digitale identiteit, demonstratie",
        "intro": "Niemand van deze mensen bestaat. Kies wie u wilt zijn.",
        "residents": "Verzonnen mensen",
        "resident-a": "woont hier, mag stemmen",
        "resident-b": "woont hier, mag stemmen",
        "resident-c": "woont hier, mag stemmen; alleen het geboortejaar is bekend",
        "minor": "woont hier, te jong",
        "elsewhere": "woont in een andere stad",
        "no-address": "de digitale identiteit geeft geen adres",
        "registered": "ook zonder adres; staat in het register van de stad",
        "weak": "woont hier, digitale identiteit van een te laag niveau",
        "other": "Een andere verzonnen persoon",
        "hint": "Van voter-000000 tot voter-999999: allen wonen hier en mogen stemmen.",
        "sign-in": "Aanmelden",
        "unknown": "Deze persoon is niet verzonnen. Schrijf bijvoorbeeld voter-000123.",
        "cancel": "Annuleren en terugkeren",
        "languages": "Talen",
        "error": "Deze vraag komt niet van een bekende dienst. Ga terug naar de stempagina.",
    },
    "en": {
        "title": "Demonstration e-ID",
        "intro": "None of these people exist. Choose who you would like to be.",
        "residents": "Invented people",
        "resident-a": "lives here, may vote",
        "resident-b": "lives here, may vote",
        "resident-c": "lives here, may vote; only the year of birth is known",
        "minor": "lives here, too young",
        "elsewhere": "lives in another town",
        "no-address": "the e-ID states no address",
        "registered": "without an address too; is in the town's register",
        "weak": "lives here, e-ID of too low a level",
        "other": "Another invented person",
        "hint": "From voter-000000 to voter-999999: all live here and may vote.",
        "sign-in": "Sign in",
        "unknown": "This person was not invented. Write voter-000123, for example.",
        "cancel": "Cancel and go back",
        "languages": "Languages",
        "error": "This request does not come from a known service. Go back to the voting page.",
    },
}

STYLE = """\
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 40rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem; }
ul { list-style: none; margin: 0; padding: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { display: inline-block; padding: .5rem 0; }
button, input { font: inherit; min-height: 2.75rem; padding: .5rem .75rem; border-radius: .375rem;
  border: 2px solid currentColor; box-sizing: border-box; width: 100%; }
button { background: Canvas; color: CanvasText; text-align: start; margin: .25rem 0;
  cursor: pointer; }
button strong, button span { display: block; }
button:hover { background: CanvasText; color: Canvas; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
[aria-current] { font-weight: bold; text-decoration: none; }
[role="alert"] { border-inline-start: .25rem solid; padding-inline-start: .75rem; }
label { display: block; }
form:last-child { margin-top: 2rem; }
"""


def pick_language(asked: str | None, accepted: str | None) -> str:
    """Return the first language of ours that a request asks for, or French."""
    wishes = (asked or "").split() + [part.split(";")[0] for part in (accepted or "").split(",")]
    ours = (wish.strip()[:2].lower() for wish in wishes)
    return next((language for language in ours if language in LANGUAGES), "fr")


def choose_page(
    language: str, query: Mapping[str, str], residents: Sequence[Resident], *, unknown: str | None
) -> str:
    """Return the page that asks who to be. `unknown` is what was written and names nobody."""
    words = WORDS[language]
    kept = {name: value for name, value in query.items() if name != "login_hint"}
    action = escape(f"/authorize?{urlencode(kept)}")
    people = "\n".join(f"<li>{_button(resident, words)}</li>" for resident in residents)
    wrong = f'<p id="wrong" role="alert">{words["unknown"]}</p>' if unknown else ""
    described = "hint wrong" if unknown else "hint"
    invalid = ' aria-invalid="true"' if unknown else ""
    return _page(
        language,
        f"""<nav aria-label="{words["languages"]}"><ul>{_languages(language, kept)}</ul></nav>
<main>
<h1>{words["title"]}</h1>
<p>{words["intro"]}</p>
<form method="post" action="{action}">
<h2>{words["residents"]}</h2>
<ul>
{people}
</ul>
</form>
<form method="post" action="{action}">
<h2><label for="resident">{words["other"]}</label></h2>
<p id="hint">{words["hint"]}</p>
{wrong}
<input id="resident" name="resident" value="{escape(unknown or "")}" placeholder="voter-000123"
  autocomplete="off" autocapitalize="none" spellcheck="false" required
  aria-describedby="{described}"{invalid}>
<button>{words["sign-in"]}</button>
</form>
<form method="post" action="{action}">
<button name="resident" value="cancel">{words["cancel"]}</button>
</form>
</main>""",
    )


def error_page(language: str) -> str:
    """Return the page for a request that may not be sent back anywhere."""
    words = WORDS[language]
    return _page(language, f"<main><h1>{words['title']}</h1><p>{words['error']}</p></main>")


def _button(resident: Resident, words: Mapping[str, str]) -> str:
    name = escape(f"{resident.given_name} {resident.family_name}")
    return (
        f'<button name="resident" value="{escape(resident.id)}">'
        f"<strong>{name}</strong><span>{words[resident.id]}</span></button>"
    )


def _languages(current: str, query: Mapping[str, str]) -> str:
    return "".join(_language(code, code == current, query) for code in LANGUAGES)


def _language(code: str, current: bool, query: Mapping[str, str]) -> str:
    address = escape("/authorize?" + urlencode({**query, "ui_locales": code}))
    marked = ' aria-current="true"' if current else ""
    name = LANGUAGES[code]
    return f'<li><a lang="{code}" hreflang="{code}" href="{address}"{marked}>{name}</a></li>'


def _page(language: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{WORDS[language]["title"]}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
{body}
</body>
</html>
"""
