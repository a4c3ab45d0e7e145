"""What the town hall's desk does on the days of a vote, for people who come with their papers.

`code` gives who has an e-ID without an address here a code to type on the voting page;
`sign-off` gives who votes on paper their one vote, so that it cannot be cast online too.

Both find the election by a TOML file of one deployment, in which nothing is secret:

  edition = "rueil-2019"
  election_id = "…"              base64, so that nobody can exchange election.json
  issuer = "issuer-1"            the credential issuer that this deployment is
  tables = "urne-rueil-2019-"    what the names of its tables begin with
  secrets = "urne/rueil-2019/"   and those of its secrets
  bucket = "…"                   the public tree

Access to AWS comes from the environment; `region` may be said too. On one machine, `make demo`
writes the file, with an `endpoint` and a `clock_file`.
"""

from __future__ import annotations

from urne_staff.commands import desk_code, desk_sign_off

NAME = "desk"
HELP = "hand out codes and paper ballots at the town hall"
EXAMPLE = "urne desk code --deployment rueil-2019.toml"
COMMANDS = (desk_code, desk_sign_off)
