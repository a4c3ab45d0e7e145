"""Where one issuer's election is kept: what staff's commands need to find it, a TOML file.

    edition = "rueil-2019"
    election_id = "q9r2RQ03vtuGSVhpvXtoXDDs+OmBGXO1pkjv2M+liEc="
    issuer = "issuer-1"
    tables = "urne-rueil-2019-"
    secrets = "urne/rueil-2019/"
    bucket = "urne-rueil-2019-public"

`tables` and `secrets` are what the names of tables and secrets begin with. Access to AWS comes
from the environment, as usual, and `region` too unless it is said. Nothing in the file is secret.

Two more fields are for the platform on one machine: `endpoint`, where AWS is played, and
`clock_file`, the seconds that its clock is ahead. An endpoint anywhere else is refused: it would
be given a pepper.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass

from urne.canonical import Fields, Json, to_base64
from urne.errors import BadField

_REQUIRED = ("edition", "election_id", "issuer", "tables", "secrets", "bucket")
_OPTIONAL = ("region", "endpoint", "clock_file")
_ON_THIS_MACHINE = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One deployment; `election_id` is 32 bytes, what is not said is empty."""

    edition: str
    election_id: bytes
    issuer: str
    tables: str
    secrets: str
    bucket: str
    region: str = ""
    endpoint: str = ""
    clock_file: str = ""

    def __post_init__(self) -> None:
        for name in ("edition", "issuer", "tables", "bucket"):
            if not getattr(self, name):
                raise BadField("deployment", name, "is empty")
        if self.endpoint and not _ON_THIS_MACHINE.fullmatch(self.endpoint):
            raise BadField("deployment", "endpoint", "is not on this machine")
        if self.clock_file and not self.endpoint:
            raise BadField("deployment", "clock_file", "is for one machine only")


def decode_deployment(text: str) -> Deployment:
    """Return the deployment that a TOML text describes. Raises BadField."""
    try:
        value: Json = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise BadField("deployment", "(all)", f"is no TOML ({e})") from e
    f = Fields(value, "deployment", _REQUIRED, _OPTIONAL)
    return Deployment(
        edition=f.text("edition"),
        election_id=f.base64("election_id", 32),
        issuer=f.text("issuer"),
        tables=f.text("tables"),
        secrets=f.text("secrets"),
        bucket=f.text("bucket"),
        **{name: f.text(name) for name in _OPTIONAL if f.has(name)},
    )


def encode_deployment(deployment: Deployment) -> str:
    """Return the TOML text of a deployment. A text is written alike in TOML and in JSON."""
    fields = {name: getattr(deployment, name) for name in (*_REQUIRED, *_OPTIONAL)}
    fields["election_id"] = to_base64(deployment.election_id)
    said = ((name, value) for name, value in fields.items() if value or name in _REQUIRED)
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in said)
