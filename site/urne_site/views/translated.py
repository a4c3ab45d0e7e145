"""The words of a project and of an update in the language of the site, each with its own.

What the translation leaves out comes from the original and says that it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from urne.flows.content import Written
from urne.model.media import Attachment, Picture
from urne.model.project import CriterionVerdict, MergedIdea, Opinion, Project
from urne.model.translation import PictureWords, ProjectTranslation, UpdateTranslation
from urne.model.update import NextStep, Update
from urne_site.views.said import Said
from urne_site.views.site import Site


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture with its words, `lang` their language; `url` counts from the site's root."""

    url: str
    alt: str
    credit: Markup
    lang: str


class _Translated:
    """Words of a page; `other` is the original's language where it is not the site's."""

    def __init__(self, site: Site, folder: str) -> None:
        self.w, self.folder = site.words, folder
        self.other = site.other

    def said(self, translated: str | None, original: str) -> Said:
        """Return a translation, or else the original and its language."""
        return Said(original, self.other) if translated is None else Said(translated)

    def pictured(
        self, pictures: Sequence[Picture], words: Sequence[PictureWords]
    ) -> tuple[PictureView, ...]:
        """Return pictures with their words; one with a date says when it was taken."""
        by_file = {w.file: w for w in words}
        return tuple(self._picture(p, by_file.get(p.file)) for p in pictures)

    def _picture(self, picture: Picture, words: PictureWords | None) -> PictureView:
        alt = self.said(words.alt if words else None, picture.alt)
        credit = self.said(words.credit if words else None, picture.credit)
        key = "progress.credit_on" if picture.taken_on else "progress.credit"
        day = self.w.day(picture.taken_on) if picture.taken_on else ""
        line = self.w.marked(key, credit=credit, day=day)
        return PictureView(f"{self.folder}/{picture.file}", alt.text, line, alt.lang)


class ProjectWords(_Translated):
    """The words of one project."""

    def __init__(self, site: Site, project: Written[Project]) -> None:
        super().__init__(site, project.path.rpartition("/")[0])
        self.project = project.model
        found = site.content.translations.get((project.path, site.language))
        model = found.model if found else None
        self.words = model if isinstance(model, ProjectTranslation) else None

    def reason(self) -> Said:
        """Return why the project is not feasible, empty where it is."""
        words = self.words
        return self.said(words.reason if words else None, self.project.reason or "")

    def spot(self) -> Said:
        """Return where the project is."""
        words = self.words
        return self.said(words.spot if words else None, self.project.location.spot)

    def idea(self) -> Said:
        """Return the text of the original idea."""
        words = self.words
        return self.said(words.idea if words else None, self.project.idea.text)

    def merged(self, idea: MergedIdea) -> Said:
        """Return the title of another idea."""
        found = (
            [w.title for w in self.words.merged if w.number == idea.number] if self.words else []
        )
        return self.said(next(iter(found), None), idea.title)

    def verdict(self, verdict: CriterionVerdict) -> Said:
        """Return the reason of a verdict."""
        words = self.words.criteria if self.words else ()
        found = [w.reason for w in words if w.criterion == verdict.criterion]
        return self.said(next(iter(found), None), verdict.reason)

    def opinion(self, opinion: Opinion) -> tuple[Said, Said]:
        """Return an opinion and the office it comes from."""
        words = self.words.opinions if self.words else ()
        found = next((w for w in words if w.kind is opinion.kind), None)
        return (
            self.said(found.text if found else None, opinion.text),
            self.said(found.office if found else None, opinion.office),
        )

    def pictures(self) -> tuple[PictureView, ...]:
        """Return the project's pictures."""
        return self.pictured(self.project.pictures, self.words.pictures if self.words else ())

    def document(self, document: Attachment) -> Said:
        """Return what a document is."""
        words = self.words.documents if self.words else ()
        found = [w.title for w in words if w.file == document.file]
        return self.said(next(iter(found), None), document.title)

    def is_whole(self) -> bool:
        """Return whether all that a reader is told of the project is in the site's language."""
        project = self.project
        told = [
            self.reason() if project.reason else Said(""),
            self.idea(),
            self.spot(),
            *(self.merged(idea) for idea in project.merged),
            *(self.verdict(verdict) for verdict in project.criteria),
            *(said for opinion in project.opinions for said in self.opinion(opinion)),
        ]
        return not any(said.lang for said in told)


class UpdateWords(_Translated):
    """The words of one update."""

    def __init__(self, site: Site, update: Written[Update]) -> None:
        super().__init__(site, update.path.rpartition("/")[0])
        self.update = update
        found = site.content.update_translations.get((update.path, site.language))
        self.words: UpdateTranslation | None = found.model if found else None
        self.body = found.body if found else update.body
        self.lang = "" if found else self.other

    def title(self) -> Said:
        """Return the update's title."""
        return self.said(self.words.title if self.words else None, self.update.model.title)

    def reason(self) -> Said:
        """Return why, empty where the update does not say."""
        words = self.words
        return self.said(words.reason if words else None, self.update.model.reason or "")

    def next_step(self, step: NextStep) -> Said:
        """Return what comes next."""
        return self.said(self.words.next_step if self.words else None, step.what)

    def pictures(self) -> tuple[PictureView, ...]:
        """Return the update's pictures."""
        return self.pictured(self.update.model.pictures, self.words.pictures if self.words else ())
