"""The voting pages: an origin of their own, built for one election and named by the release.

They are no part of the site and are never kept under /v/: an old page would keep an old script
beside the voters' secrets.
"""

from __future__ import annotations

from urne_staff.commands import voting_build, voting_publish

NAME = "voting"
HELP = "build and publish the voting pages of an election"
EXAMPLE = "urne voting build --election election.json --site https://example.org --out .build/v"
COMMANDS = (voting_build, voting_publish)
