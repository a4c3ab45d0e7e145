"""A project's page: where it stands, the idea it came from, the criteria and the opinions."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from urne.flows.content import ORIGINAL, EditionContent, Written
from urne.model.edition import Phase
from urne.model.media import Example
from urne.model.project import Advice, Opinion, Project, Verdict
from urne_site.views.cards import Card, Chip, card_of
from urne_site.views.comments import CommentsView, comments_of
from urne_site.views.edition import criteria_of
from urne_site.views.said import Said
from urne_site.views.shell import FeedLink, feeds_of, has_feeds
from urne_site.views.site import Site, url_of
from urne_site.views.timeline import ProgressView, progress_of
from urne_site.views.translated import PictureView, ProjectWords
from urne_site.words import Words

_TONES = {Advice.FAVOURABLE: "good", Advice.RESERVED: "warn", Advice.UNFAVOURABLE: "bad"}


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A criterion, whether it is met, and why."""

    name: Said
    question: Said
    chip: Chip
    reason: Said


@dataclass(frozen=True, slots=True)
class OpinionView:
    """An office's opinion."""

    title: str
    chip: Chip
    text: Said
    signed: Markup


@dataclass(frozen=True, slots=True)
class IdeaView:
    """The original idea and those merged with it."""

    text: Said
    origin: str
    merged: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """What a project's page shows."""

    card: Card
    facts: tuple[tuple[str, str | Said], ...]
    result: str
    results_url: str
    projects_url: str
    idea: IdeaView
    verdicts: tuple[VerdictView, ...]
    opinions: tuple[OpinionView, ...]
    example_note: str
    progress: ProgressView | None
    details_language: str
    in_french: bool
    on_ballot_as: tuple[tuple[str, Said], ...]
    feeds: tuple[FeedLink, ...]
    comments: CommentsView | None
    picture_url: str
    pictures: tuple[PictureView, ...]
    documents: tuple[tuple[Said, str], ...]
    add_url: str


def project_of(site: Site, edition: EditionContent, project: Written[Project]) -> ProjectView:
    """Return the page of a project."""
    model, w, folder = project.model, site.words, url_of(edition.written.path)
    card, words = card_of(site, edition, project), ProjectWords(site, project)
    return ProjectView(
        card=card,
        facts=_facts(w, model, card),
        result=_result(site, edition, model),
        results_url=folder + "results/",
        projects_url=folder + "projects/",
        idea=_idea(w, model, words),
        verdicts=_verdicts(site, edition, model, words),
        opinions=tuple(_opinion(w, opinion, words) for opinion in model.opinions),
        example_note=w(f"example.{model.example.value}") if model.example != Example.NONE else "",
        progress=progress_of(site, edition, project),
        details_language=site.other,
        in_french=not words.is_whole(),
        on_ballot_as=_on_ballot_as(site, edition, model),
        feeds=feeds_of(site, card.url if has_feeds(site, project) else site.root + card.url),
        comments=comments_of(site, edition, model.id),
        picture_url=_picture_url(site, card),
        pictures=words.pictures(),
        documents=_documents(project, words),
        add_url=_add_url(site, edition, model),
    )


def _add_url(site: Site, edition: EditionContent, project: Project) -> str:
    """Return where a voter adds this project to their three, while that makes sense.

    The number stands after `#`: browsers keep that to themselves.
    """
    is_open = edition.edition.phase(site.now) is Phase.BALLOTING
    is_demonstration = edition.edition.example is not Example.NONE
    if not (site.vote_url and project.on_ballot and (is_open or is_demonstration)):
        return ""
    language = "" if site.language == ORIGINAL else f"{site.language}/"
    return f"{site.vote_url}{language}#add={project.id}"


def _on_ballot_as(
    site: Site, edition: EditionContent, project: Project
) -> tuple[tuple[str, Said], ...]:
    """Return what the ballot said where the page says otherwise: it was corrected since."""
    published = site.published.get(edition.edition.id)
    if published is None or not project.on_ballot:
        return ()
    card, w = published.card(project.id), site.words
    return tuple(
        (w(f"project.ballot_{name}"), Said(frozen, site.other))
        for name, frozen, now in (
            ("title", card.title, project.title),
            ("summary", card.summary, project.summary),
        )
        if frozen != now
    )


def _documents(project: Written[Project], words: ProjectWords) -> tuple[tuple[Said, str], ...]:
    """Return titles and addresses of a project's documents."""
    folder = project.path.rpartition("/")[0]
    return tuple((words.document(d), f"{folder}/{d.file}") for d in project.model.documents)


def _picture_url(site: Site, card: Card) -> str:
    """Return the whole address of a project's picture, which is the same in every language."""
    if not (site.has_cards and site.site_url):
        return ""
    return f"{site.whole_address}{card.url}card.png"


def _facts(w: Words, project: Project, card: Card) -> tuple[tuple[str, str | Said], ...]:
    place = escape(card.place_name) + ", " + escape(card.spot)
    facts: list[tuple[str, str | Said]] = [
        (w("projects.cost"), card.cost),
        (w("projects.place"), place),
        (w("projects.domain"), card.domain_name),
    ]
    if project.planned_delivery and project.on_ballot:
        facts.append((w("project.planned"), w.day(project.planned_delivery)))
    return tuple(facts)


def _result(site: Site, edition: EditionContent, project: Project) -> str:
    w, tally = site.words, site.tally(edition.edition)
    result = site.result(edition.edition, project.id)
    if tally is None or result is None:
        return ""
    points, all_projects = w.number(result.points), w.number(len(tally.projects))
    rank = w.ordinal(result.rank)
    return w("project.result_rank", rank=rank, all=all_projects, points=points)


def _idea(w: Words, project: Project, words: ProjectWords) -> IdeaView:
    idea = project.idea
    origin = w(f"project.origin_{idea.origin.value}")
    return IdeaView(
        text=words.idea(),
        origin=w("project.idea_from", number=idea.number, origin=origin, day=w.day(idea.date)),
        merged=tuple(
            w.marked("project.merged_item", number=m.number, title=words.merged(m))
            for m in project.merged
        ),
    )


def _verdicts(
    site: Site, edition: EditionContent, project: Project, words: ProjectWords
) -> tuple[VerdictView, ...]:
    criteria, w = {c.id: c for c in criteria_of(site, edition)}, site.words
    return tuple(
        VerdictView(
            name=criteria[v.criterion].name,
            question=criteria[v.criterion].question,
            chip=Chip(w(f"project.{v.verdict.value}"), _verdict_tone(v.verdict)),
            reason=words.verdict(v),
        )
        for v in project.criteria
        if v.criterion in criteria
    )


def _verdict_tone(verdict: Verdict) -> str:
    return "good" if verdict is Verdict.MET else "bad"


def _opinion(w: Words, opinion: Opinion, words: ProjectWords) -> OpinionView:
    text, office = words.opinion(opinion)
    return OpinionView(
        title=w(f"project.{opinion.kind.value}"),
        chip=Chip(w(f"project.{opinion.advice.value}"), _TONES[opinion.advice]),
        text=text,
        signed=w.marked("project.signed", office=office, day=w.day(opinion.date)),
    )
