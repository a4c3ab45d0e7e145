"""Which view a page gets: its template asks for one, its path says of what."""

from __future__ import annotations

from urne.flows.content import EditionContent, Written
from urne.model.edition import Edition
from urne.model.page import Page
from urne.model.project import Project
from urne_site.views.edition import edition_of
from urne_site.views.home import home_of
from urne_site.views.project import project_of
from urne_site.views.projects import projects_of
from urne_site.views.results import results_of
from urne_site.views.search import search_of
from urne_site.views.site import Site
from urne_site.views.updates import updates_of


def view_of(site: Site, written: Written[Page] | Written[Edition] | Written[Project]) -> object:
    """Return what the template of a page shows, or None where the words are all there is."""
    model, edition = written.model, site.edition_at(written.path)
    if isinstance(model, Project) and edition is not None:
        return project_of(site, edition, edition.projects[model.id])
    if isinstance(model, Edition):
        return edition_of(site, site.content.editions[model.id])
    return _page_view(site, model.template, edition or site.current())


def _page_view(site: Site, template: str, edition: EditionContent | None) -> object:
    if edition is None:
        return None
    if template == "home.html":
        return home_of(site, edition)
    if template == "projects.html":
        return projects_of(site, edition)
    if template == "updates.html":
        return updates_of(site, edition)
    if template == "results.html":
        return results_of(site, edition)
    if template == "search.html":
        return search_of(site, edition)
    return None
