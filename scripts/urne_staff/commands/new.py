"""Begin a new edition, project or update: a file that is valid as it is, with each field explained.

What only you can know is written as "(à compléter)"; `urne check` counts those places, and no
release is built while one is left. Nothing is ever overwritten.
"""

from __future__ import annotations

from urne_staff.commands import new_edition, new_project, new_update

NAME = "new"
HELP = "begin an edition, a project or an update"
EXAMPLE = "urne new update rueil-2019 012"
COMMANDS = (new_edition, new_project, new_update)
