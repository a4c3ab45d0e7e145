"""Values ready for templates: models in, words and figures out."""

from urne_site.views.changes import changes_of
from urne_site.views.pages import view_of
from urne_site.views.shell import Frames, Shell, shell_of
from urne_site.views.site import Site

__all__ = ["Frames", "Shell", "Site", "changes_of", "shell_of", "view_of"]
