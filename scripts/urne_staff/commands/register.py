"""Import the town's register of residents, so that people are found in it when they sign in.

It is kept as salted hashes only: whoever signs in can be looked up, and nobody can be read out.
What --deployment names is explained by `urne desk --help`.
"""

from __future__ import annotations

from urne_staff.commands import register_import

NAME = "register"
HELP = "import the town's register of residents, as salted hashes"
EXAMPLE = "urne register import residents.csv --deployment rueil-2019.toml"
COMMANDS = (register_import,)
