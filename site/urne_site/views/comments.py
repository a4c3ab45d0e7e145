"""The comments on a project: published ones in order of date, withheld ones with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from urne.flows.content import EditionContent
from urne.model.comment import Comment, Moderation
from urne.model.media import Example
from urne_site.views.residents import html_of
from urne_site.views.said import Said
from urne_site.views.site import Site


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment; `withheld` says why there is no text."""

    anchor: str
    author: str
    day: str
    iso: str
    html: str
    withheld: Markup


@dataclass(frozen=True, slots=True)
class CommentsView:
    """The comments on one project, and whether they were made up."""

    count: str
    comments: tuple[CommentView, ...]
    example_note: str


def comments_of(site: Site, edition: EditionContent, project_id: str) -> CommentsView | None:
    """Return a project's comments up to the day of the build, or None while there are none."""
    written, today = edition.comments.get(project_id), edition.edition.day(site.now)
    found = [c for c in written.model.comments if c.date <= today] if written else []
    if written is None or not found:
        return None
    ordered = sorted(found, key=lambda comment: (comment.date, comment.id))
    shown = sum(comment.state is Moderation.PUBLISHED for comment in found)
    is_example = written.model.example is not Example.NONE
    return CommentsView(
        count=site.words.many("comments.count", shown),
        comments=tuple(_view(site, comment) for comment in ordered),
        example_note=site.words("comments.example") if is_example else "",
    )


def _withheld(site: Site, reason: str) -> Markup:
    return site.words.marked("comments.withheld", reason=Said(reason, site.other))


def _view(site: Site, comment: Comment) -> CommentView:
    is_shown = comment.state is Moderation.PUBLISHED
    return CommentView(
        anchor=f"comment-{comment.id}",
        author=comment.author,
        day=site.words.day(comment.date),
        iso=comment.date.isoformat(),
        html=html_of(comment.text or "") if is_shown else "",
        withheld=Markup() if is_shown else _withheld(site, comment.reason or ""),
    )
