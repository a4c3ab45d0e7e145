"""What the town hall's desk does on the days of a vote, for people who come with their papers.

`code` gives who has an e-ID without an address here a code to type on the voting page;
`sign-off` gives who votes on paper their one vote, so that it cannot be cast online too.
"""

from __future__ import annotations

from urne_staff.commands import desk_code, desk_sign_off

NAME = "desk"
HELP = "hand out codes and paper ballots at the town hall"
EXAMPLE = "urne desk code --deployment rueil-2019.toml"
COMMANDS = (desk_code, desk_sign_off)
