"""A project's pictures and documents stand on its page, in every language."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.site.tree import EDITION, demonstration

from urne.model.media import Attachment, Picture
from urne_site.views.project import ProjectView, project_of
from urne_site.views.said import Said
from urne_site.views.site import Site
from urne_site.words import Words

FOLDER = f"editions/{EDITION}/projects"


def view(
    *, pictures: tuple[Picture, ...] = (), documents: tuple[Attachment, ...] = ()
) -> ProjectView:
    content = demonstration()
    edition = content.editions[EDITION]
    project = edition.projects["012"]
    object.__setattr__(project.model, "pictures", pictures)
    object.__setattr__(project.model, "documents", documents)
    site = Site(content, {}, Words("fr"), datetime(2020, 10, 1, tzinfo=UTC), str)
    return project_of(site, edition, project)


def test_a_picture_comes_with_its_words_its_source_and_its_day() -> None:
    taken = Picture("a.svg", "Une lampe", "Direction de l’espace public", date(2019, 3, 1))
    dated, undated = view(pictures=(taken, Picture("b.svg", "Un mât", "Ville"))).pictures
    assert (dated.url, dated.alt) == (f"{FOLDER}/a.svg", "Une lampe")
    assert dated.credit == "Image\u00a0: Direction de l’espace public, le 1er mars 2019"
    assert undated.credit == "Image\u00a0: Ville"


def test_a_document_is_linked_by_its_title() -> None:
    assert view(documents=(Attachment("etude.pdf", "L’étude"),)).documents == (
        (Said("L’étude"), f"{FOLDER}/etude.pdf"),
    )
