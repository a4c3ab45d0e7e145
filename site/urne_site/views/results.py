"""The results page: the tally in words, or why there is none yet and when there will be."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from urne.flows.content import EditionContent
from urne.flows.published import Published
from urne.model.media import Example
from urne.model.tally import Tally
from urne_site.views.cards import card_of, drawings_of, winners_of
from urne_site.views.home import FigureView
from urne_site.views.phases import PhaseView, phase_of
from urne_site.views.ranking import Part, Ranking, Row, Spending, TieView
from urne_site.views.reconciliation import Accounts, accounts_of
from urne_site.views.shares import SharesView, shares_of
from urne_site.views.site import Site, url_of

_FILES = (
    ("tally", "elections/{edition}/tally.json"),
    ("signature", "elections/{edition}/tally.json.minisig"),
    ("result", "elections/{edition}/result.pb"),
    ("election", "elections/{edition}/election.json"),
    ("cards", "elections/{edition}/cards.json"),
    ("log", "elections/{edition}/log/checkpoint"),
    ("tally_key", "keys/tally.pub"),
    ("log_key", "keys/log.vkey"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command to check the result with, and what it does."""

    does: str
    line: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A raw file."""

    label: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What the page shows once the tally is published."""

    lead: str
    title: str
    figures: tuple[FigureView, ...]
    rows: tuple[Row, ...]
    ranks: tuple[str, ...]
    points_text: str
    budget: tuple[Part, ...]
    spending: tuple[Spending, ...]
    why: tuple[str | Markup, ...]
    skips: tuple[Markup, ...]
    skips_more: str
    ties: tuple[TieView, ...]
    accounts: Accounts
    commands: tuple[Command, ...]
    example_note: str
    shares: SharesView | None


@dataclass(frozen=True, slots=True)
class ResultsView:
    """What the results page shows: `counted`, or `waiting` with the phase and a date."""

    phase: PhaseView
    waiting: str
    waiting_when: str
    counted: Counted | None
    files: tuple[FileLink, ...]
    drawings: tuple[str, ...]
    projects_url: str


def results_of(site: Site, edition: EditionContent) -> ResultsView:
    """Return the results page of an edition."""
    w, model = site.words, edition.edition
    phase, published = phase_of(site, edition), site.published.get(model.id)
    tally = site.tally(model)
    return ResultsView(
        phase=phase,
        waiting=w(f"results.waiting_{phase.id}"),
        waiting_when=w("results.waiting_when", results_on=w.day(model.calendar.results_on)),
        counted=_counted(site, edition, published, tally) if published and tally else None,
        files=_files(site, published),
        drawings=drawings_of(winners_of(site, edition)),
        projects_url=url_of(edition.written.path) + "projects/",
    )


def _counted(site: Site, edition: EditionContent, published: Published, tally: Tally) -> Counted:
    w, points = site.words, published.election.points
    known = {id_: card_of(site, edition, project) for id_, project in edition.projects.items()}
    ranking = Ranking(w, published, tally, known)
    why, skips = ranking.why_not()
    funded = sum(p.winner for p in tally.projects)
    spent, budget = ranking.money(tally.spent_cents), ranking.money(tally.budget_cents)
    left = ranking.money(tally.budget_cents - tally.spent_cents)
    other = site.comparisons.get(edition.edition.id)
    is_example = edition.edition.example is not Example.NONE
    return Counted(
        title=w.many("results.winners", funded),
        lead=w("results.lead", counted=w.number(tally.counted), spent=spent, budget=budget),
        figures=(
            FigureView(w.number(tally.counted), w("results.figure_counted")),
            FigureView(w.number(funded), w("results.figure_winners")),
            FigureView(spent, w("results.figure_spent")),
            FigureView(left, w("results.figure_left")),
        ),
        rows=ranking.rows(points),
        ranks=tuple(w.ordinal(n, "results.legend_rank") for n in range(1, len(points) + 1)),
        points_text=w("results.points_list", list=w.listed([w.number(p) for p in points])),
        budget=ranking.budget(),
        spending=ranking.spending(),
        why=why,
        skips=skips,
        skips_more=w("results.skips_more", n=w.number(len(skips))),
        ties=ranking.ties(),
        accounts=accounts_of(w, tally),
        commands=_commands(site, edition.edition.id),
        example_note=w("results.example") if is_example else "",
        shares=shares_of(w, ranking, tally, other) if other else None,
    )


def _commands(site: Site, edition: str) -> tuple[Command, ...]:
    w, root = site.words, site.site_url or "https://…/"
    return (
        Command(w("results.check_audit"), f"urne audit {root} --edition {edition}"),
        Command(w("results.check_sign"), "minisign -Vm tally.json -p tally.pub"),
    )


def _files(site: Site, published: Published | None) -> tuple[FileLink, ...]:
    if published is None:
        return ()
    edition, counted = published.election.edition, published.tally is not None
    after_count = {"tally", "signature", "result", "tally_key"}
    return tuple(
        FileLink(site.words(f"results.file_{name}"), url.rpartition("/")[2], site.root + url)
        for name, pattern in _FILES
        for url in (pattern.format(edition=edition),)
        if (counted or name not in after_count) and (name != "result" or url in published.files)
    )
