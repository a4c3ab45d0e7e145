"""The ranking of a tally: points bars, where the budget went, and why not the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from urne.flows.content import ORIGINAL
from urne.flows.published import Published
from urne.model.money import Money
from urne.model.tally import FUNDED, STOPPED, ProjectTally, Skip, Tally, Tie
from urne_site.views.cards import Card, Chip
from urne_site.views.said import Said
from urne_site.words import Words

_TONES = {FUNDED: "good", STOPPED: "plain"}
_SKIPS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar that is 100 wide: where it begins, how wide it is, what it stands for."""

    x: str
    width: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """A project in the ranking."""

    rank: str
    id: str
    title: Said
    url: str
    points: str
    choices: tuple[str, ...]
    bar: tuple[Part, ...]
    cost: str
    decision: Chip
    is_winner: bool


@dataclass(frozen=True, slots=True)
class Spending:
    """A funded project and what was left after it."""

    title: Said
    url: str
    tone: str
    drawing: str
    cost: str
    left: str


@dataclass(frozen=True, slots=True)
class TieView:
    """A tie, how it was broken, the order that came of it, and the draw if there was one."""

    text: Markup
    order: Markup
    lots: tuple[tuple[Said, str], ...]


class Ranking:
    """Words and figures of one tally's ranking."""

    def __init__(
        self, words: Words, published: Published, tally: Tally, known: Mapping[str, Card]
    ) -> None:
        self.w, self.tally = words, tally
        other = "" if words.language == ORIGINAL else ORIGINAL
        self.titles = {card.id: Said(card.title, other) for card in published.cards} | {
            id_: card.said for id_, card in known.items() if card.language != ORIGINAL
        }
        self.urls = {id_: card.url for id_, card in known.items()}
        self.tones = {id_: card.tone for id_, card in known.items()}
        self.drawings = {id_: card.drawing for id_, card in known.items()}

    def money(self, cents: int) -> str:
        """Return an amount of the election's currency."""
        return self.w.money(Money(cents, self.tally.currency))

    def rows(self, points: Sequence[int]) -> tuple[Row, ...]:
        """Return the projects in order; `points` are those of each rank."""
        longest = max((p.points for p in self.tally.projects), default=0) or 1
        return tuple(self._row(p, points, longest) for p in self.tally.projects)

    def _row(self, project: ProjectTally, points: Sequence[int], longest: int) -> Row:
        return Row(
            rank=self.w.number(project.rank),
            id=project.id,
            title=self.titles[project.id],
            url=self.urls.get(project.id, ""),
            points=self.w.number(project.points),
            choices=tuple(self.w.number(n) for n in project.choices),
            bar=parts_of(
                [
                    (n * p, "", f"rank-{min(rank, 4)}")
                    for rank, (n, p) in enumerate(zip(project.choices, points, strict=True), 1)
                ],
                longest,
            ),
            cost=self.money(project.cost_cents),
            decision=Chip(
                self.w(f"results.reason_{project.reason}"), _TONES.get(project.reason, "warn")
            ),
            is_winner=project.winner,
        )

    def budget(self) -> tuple[Part, ...]:
        """Return the budget as one bar: each funded project's cost, then what is left."""
        w, tally = self.w, self.tally
        won = [p for p in tally.projects if p.winner]
        left = tally.budget_cents - tally.spent_cents
        parts = [
            (
                p.cost_cents,
                w("results.budget_line", title=self.titles[p.id], cost=self.money(p.cost_cents)),
                f"share-{n % 4}",
            )
            for n, p in enumerate(won)
        ]
        parts.append((left, w("results.budget_left", left=self.money(left)), "left"))
        return parts_of(parts, tally.budget_cents or 1)

    def spending(self) -> tuple[Spending, ...]:
        """Return the funded projects in order, each with what was left after it."""
        won = [p for p in self.tally.projects if p.winner]
        spent = accumulate(p.cost_cents for p in won)
        return tuple(
            Spending(
                self.titles[p.id],
                self.urls.get(p.id, ""),
                self.tones.get(p.id, ""),
                self.drawings.get(p.id, ""),
                self.money(p.cost_cents),
                self.w("results.left_after", left=self.money(self.tally.budget_cents - so_far)),
            )
            for p, so_far in zip(won, spent, strict=True)
        )

    def why_not(self) -> tuple[tuple[str | Markup, ...], tuple[Markup, ...]]:
        """Return the sentences that say why projects were passed over: the first, the others."""
        w, tally = self.w, self.tally
        last = max((p.rank for p in tally.projects if p.winner), default=0)
        ranks = {p.id: p.rank for p in tally.projects}
        stopped = any(p.reason == STOPPED for p in tally.projects)
        say = "results.why_stop" if stopped else "results.why_skip"
        if not tally.skips:
            return (w("results.why_all"),), ()
        sentences = [self._skip(say, s, ranks[s.project]) for s in tally.skips]
        amid = sum(ranks[s.project] < last for s in tally.skips)
        shown: list[str | Markup] = list(sentences[: max(1, min(amid, _SKIPS_SHOWN))])
        rest = sentences[len(shown) :]
        if rest and not stopped:
            left = self.money(tally.budget_cents - tally.spent_cents)
            shown.append(w("results.why_none_left", left=left))
        return tuple(shown), tuple(rest)

    def _skip(self, say: str, skip: Skip, rank: int) -> Markup:
        return self.w.marked(
            say,
            title=self.titles[skip.project],
            rank=self.w.ordinal(rank),
            cost=self.money(skip.cost_cents),
            left=self.money(skip.left_cents),
        )

    def ties(self) -> tuple[TieView, ...]:
        """Return every tie between projects that got any point at all."""
        points = {p.id: p.points for p in self.tally.projects}
        return tuple(
            self._tie(tie, points) for tie in self.tally.ties if points[tie.projects[0]] > 0
        )

    def _tie(self, tie: Tie, points: dict[str, int]) -> TieView:
        titles, order = self._listed(sorted(tie.projects)), self._listed(tie.projects)
        lots = sorted(tie.lots.items(), key=lambda item: item[1])
        return TieView(
            text=self.w.marked(
                f"results.tie_{tie.broken_by}",
                titles=titles,
                points=self.w.number(points[tie.projects[0]]),
            ),
            order=self.w.marked("results.tie_order", titles=order),
            lots=tuple((self.titles[id_], lot.hex()) for id_, lot in lots),
        )

    def _listed(self, projects: Sequence[str]) -> Markup:
        """Return titles as one enumeration, each in its language."""
        quoted = [self.w.marked("format.quoted", text=self.titles[id_]) for id_ in projects]
        return self.w.listed_marked(quoted)


def parts_of(values: Sequence[tuple[int, str, str]], whole: int) -> tuple[Part, ...]:
    """Return the parts of a bar of 100 for values, labels and tones."""
    parts, begun = [], 0
    for value, label, tone in values:
        if value:
            x, width = 100 * begun / whole, 100 * value / whole
            parts.append(Part(f"{x:.3f}", f"{width:.3f}", label, tone))
        begun += value
    return tuple(parts)
