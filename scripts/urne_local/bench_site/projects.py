"""The invented projects: front matter and text as long as those of the demonstration."""

from __future__ import annotations

import random
from collections.abc import Iterator

WEST, EAST, SOUTH, NORTH = 2.146, 2.210, 48.846, 48.899
_DOMAINS = ("nature", "cadre", "mobilite", "sport", "culture", "education", "solidarite")
_PLACES = ("centre", "rueil-sur-seine", "plateau", "buzenval", "malmaison", "toute-la-ville")
_THINGS = (
    "Des bancs à l’ombre", "Un verger de quartier", "Des arceaux pour les vélos",
    "Un terrain de jeux", "Une boîte à livres", "Des fontaines à eau", "Un atelier de réparation",
    "Des nichoirs", "Un kiosque à musique", "Une cour plantée", "Un parcours de santé",
)  # fmt: skip
_WHERE = (
    "près de la gare", "le long du mail", "dans le parc", "devant l’école", "sur la grande place",
    "au bord de l’eau", "derrière le marché", "dans les allées du quartier",
)  # fmt: skip
_SENTENCES = (
    "Le lieu est traversé chaque jour par beaucoup d’habitants, et rien n’y invite à s’arrêter.",
    "L’entretien est compris dans le budget courant du service, sans embauche ni contrat nouveau.",
    "Les riverains ont été consultés sur place et demandent que le passage reste libre la nuit.",
    "Le matériel est le même que celui des projets déjà livrés, ce qui simplifie les réparations.",
    "La surface nécessaire appartient à la ville et n’est promise à aucun autre usage.",
    "Une première estimation a été vérifiée par comparaison avec trois chantiers semblables.",
    "Les travaux durent moins de deux mois et se font hors des périodes de classe.",
    "Les plantes choisies supportent la sécheresse et ne demandent pas d’arrosage après deux ans.",
    "Le projet profite à tous les âges et ne réserve aucun espace à un groupe particulier.",
    "La pente et la largeur des accès permettent à chacun d’y venir en fauteuil.",
)  # fmt: skip
_OPINIONS = (
    ("technical", "Direction de l’espace public", "03-08"),
    ("legal", "Service juridique", "03-22"),
    ("financial", "Direction des finances", "03-29"),
)
_STEPS = (
    (0, "06-20", "milestone", "status: {before: identification, after: preparation}", 0),
    (0, "11-12", "progress", "status: {before: preparation, after: implementation}", 25),
    (1, "03-17", "progress", "", 60),
    (1, "06-26", "completion", "status: {before: implementation, after: completion}", 100),
)


def project(chance: random.Random, number: int, year: int) -> tuple[str, str]:
    """Return the path in its edition and the text of one project."""
    id_, place, cost = f"{number:03}", chance.choice(_PLACES), 1_000 * chance.randint(5, 40)
    title = f"{chance.choice(_THINGS)} {chance.choice(_WHERE)}"
    latitude, longitude = chance.uniform(SOUTH, NORTH), chance.uniform(WEST, EAST)
    lines = [
        "---",
        f'id: "{id_}"',
        f'title: "{title}"',
        f'summary: "{_words(chance, 1)}"',
        f"domain: {chance.choice(_DOMAINS)}",
        f"cost: {cost} EUR",
        f'location: {{place: {place}, spot: "Près du n° {number}", '
        f"latitude: {latitude:.4f}, longitude: {longitude:.4f}}}",
        "feasibility: feasible",
        "on_ballot: true",
        f"planned_delivery: {year + 1}-03-31",
        f'idea: {{number: {number}, origin: online, date: {year}-01-21, text: "{_words(chance)}"}}',
        "criteria:",
        *_verdicts(chance),
        "opinions:",
        *_opinions(chance, year),
        "example: whole",
        "---",
        "",
        _words(chance, 3),
        "",
        "## Ce qui est prévu",
        "",
        *(f"- {_words(chance, 1)}" for _ in range(3)),
        "",
    ]
    return f"projects/{id_}-projet-invente.md", "\n".join(lines)


def updates(chance: random.Random, id_: str, year: int, cost: int) -> Iterator[tuple[str, str]]:
    """Yield the path in its edition and the text of each update, from award to delivery."""
    for n, (later, day, kind, status, progress) in enumerate(_STEPS):
        money = f"allocated: {cost} EUR" if n == 0 else f"spent: {cost * n // 4} EUR"
        lines = [
            "---",
            f'title: "Étape {n + 1} : {progress} % du chantier"',
            f"kind: {kind}",
            *([status] if status else []),
            f"progress: {progress}",
            money,
            f'next_step: {{what: "Passer à la suite", date: {year + 1}-09-15}}',
            "example: whole",
            "---",
            "",
            _words(chance, 2),
            "",
        ]
        yield f"updates/{id_}/{year + later}-{day}.md", "\n".join(lines)


def _verdicts(chance: random.Random) -> Iterator[str]:
    for criterion in ("interet-general", "domaine", "plafond"):
        yield f'  - {{criterion: {criterion}, verdict: met, reason: "{_words(chance, 1)}"}}'


def _opinions(chance: random.Random, year: int) -> Iterator[str]:
    for kind, office, day in _OPINIONS:
        yield (
            f'  - {{kind: {kind}, advice: favourable, office: "{office}", date: {year}-{day}, '
            f'text: "{_words(chance, 1)}"}}'
        )


def _words(chance: random.Random, sentences: int = 2) -> str:
    return " ".join(chance.sample(_SENTENCES, sentences))
