"""An invented town on the local platform: its election, its keys, and what its functions need.

All keys come from one seed in the state folder, so that a restart finds the same town again and
the whole election can be led to its end on this machine. In a real town each key has its own
keeper, and nobody holds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from urne.canonical import to_base64
from urne.crypto.sign import SigningKey
from urne.errors import NotFound
from urne.flows.chance import SeededDraw
from urne.flows.keys import ElectionKeys, generate_keys
from urne.flows.open import open_election
from urne.flows.paths import election_path
from urne.flows.publish_log import LogWriter
from urne.flows.rehearsal import Draw, Stage
from urne.flows.witness import web_witnesses
from urne.log.note import parse_vkey
from urne.model.card import Card
from urne.model.deployment import Deployment
from urne.model.election import Election, Provider, decode_election
from urne.store.dynamodb import (
    TABLES,
    DynamoBallotBox,
    DynamoCommitments,
    DynamoInbox,
    DynamoLog,
    DynamoSignOffs,
)
from urne.store.s3 import S3Files
from urne.store.web import WebFetch
from urne_local.aws import TableDefinition
from urne_local.configuration import BUCKET, Environment
from urne_local.files import write_whole
from urne_local.offices import (
    CLIENT_ID,
    SECRET_PREFIX,
    TABLE_PREFIX,
    Office,
    functions_of,
    offices,
    tables_of,
)
from urne_local.platform import Platform
from urne_local.provider import serve_provider
from urne_local.serving import Server
from urne_local.witness import LocalWitness, serve_witness
from urne_local.worker import Function

PROVIDER, ACR, POSTAL_CODE = "demo", "eidas2", "92500"
PROVIDER_FILE = Path(__file__).parents[2] / "infra" / "providers" / "demo.toml"
VOTING_PAGE = "/"

Manifest = Callable[[ElectionKeys, Provider, str], tuple[Election, tuple[Card, ...]]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who is not the town: the e-ID provider and the witness."""

    provider: Server
    witness: Server

    @property
    def origin(self) -> str:
        """Return the provider's origin."""
        return self.provider.origin

    def start(self) -> None:
        """Begin to answer."""
        self.provider.start()
        self.witness.start()

    def stop(self) -> None:
        """Answer no more."""
        self.provider.stop()
        self.witness.stop()


@dataclass
class Town:
    """One town and its election: `manifest` makes it from keys, provider and witness address.

    `offices` are those that issue credentials; a vote needs all of them.
    """

    edition: str
    seed: str
    manifest: Manifest
    tally_key: SigningKey | None = None
    offices: tuple[Office, ...] = field(default_factory=lambda: offices(1))
    witness: LocalWitness = field(init=False)
    neighbourhood: Neighbours = field(init=False)

    @cached_property
    def draw(self) -> Draw:
        """Return the chance of everything that happens in this town."""
        return SeededDraw(f"{self.seed} town")

    @cached_property
    def keys(self) -> ElectionKeys:
        """Return every key of the election."""
        draw = SeededDraw(f"{self.seed} keys")
        keys = generate_keys(draw, issuers=len(self.offices), witness_name="witness.example/demo")
        return replace(keys, tally=self.tally_key) if self.tally_key else keys

    # What the platform asks for

    @property
    def functions(self) -> tuple[Function, ...]:
        """Return the functions of the election, those of every office among them."""
        return functions_of(self.offices)

    @property
    def tables(self) -> tuple[TableDefinition, ...]:
        """Return the tables of the election, those of every office among them."""
        return tables_of(self.offices)

    def neighbours(self, platform: Platform) -> Neighbours:
        """Return the OpenID provider and the witness, to be started and stopped together."""
        kept = platform.state.folder / "witness"
        self.witness = LocalWitness(
            self.keys.witness_name,
            self.keys.witness,
            kept,
            lambda: int(platform.clock.now().timestamp()),
        )
        served = serve_witness(self.witness, platform.configuration.ports.witness)
        self.neighbourhood = Neighbours(self._provider(platform), served)
        return self.neighbourhood

    def _provider(self, platform: Platform) -> Server:
        server, _ = serve_provider(
            [office.registration(platform.vote.origin) for office in self.offices],
            now=platform.clock.now,
            postal_code=POSTAL_CODE,
            port=platform.configuration.ports.provider,
            option="--provider-port",
        )
        return server

    def found(self, platform: Platform) -> None:
        """Opening the election ..."""
        self.put_secrets(platform)
        if self._opened(platform) is None:
            around = self.neighbourhood
            provider = Provider(PROVIDER, around.origin, ACR)
            election, cards = self.manifest(self.keys, provider, around.witness.origin)
            if not election.opens_at <= platform.clock.now() < election.closes_at:
                platform.clock.set_to(election.opens_at + timedelta(hours=1))
            stage = self.stage(platform, election, cards)
            open_election(cards, stage.writer, stage.inbox)
        self.witness.watch(parse_vkey(self.election(platform).log_key))

    def environment(self, platform: Platform) -> Environment:
        """Return what each function is told."""
        election = self.election(platform)
        common = {
            "URNE_EDITION": election.edition,
            "URNE_ELECTION_ID": to_base64(election.election_id),
            "URNE_TABLES": TABLE_PREFIX,
            "URNE_BUCKET": BUCKET,
            "URNE_SECRETS": SECRET_PREFIX,
        }
        told = {"cast": common, "sequence": common, "count": common}
        for office in self.offices:
            own = {
                **common,
                "URNE_ORIGIN": platform.vote.origin,
                "URNE_ISSUER": office.id,
                "URNE_TABLES": office.tables,
                "URNE_SECRETS": office.secrets,
            }
            provider = str(self._write_provider(platform, office))
            signing_in = {"URNE_PAGE": VOTING_PAGE, "URNE_PROVIDERS": provider}
            told[office.function("sign-in")] = {**own, **signing_in}
            told[office.function("enrol")] = own
        return told

    def _write_provider(self, platform: Platform, office: Office) -> Path:
        """Return the file that tells an office of the e-ID provider, and of itself there."""
        path = platform.state.folder / f"provider-{office.id}.toml"
        text = PROVIDER_FILE.read_text(encoding="utf-8")
        known = text.replace("http://127.0.0.1:8003", self.neighbourhood.origin)
        known = known.replace(f'"{CLIENT_ID}"', f'"{office.client_id}"')
        write_whole(path, known.encode())
        return path

    def deployments(self, platform: Platform) -> tuple[Deployment, ...]:
        """Return what staff's commands need to find this election, one for every office."""
        return tuple(
            Deployment(
                edition=self.edition,
                election_id=self.election(platform).election_id,
                issuer=office.id,
                tables=office.tables,
                secrets=office.secrets,
                bucket=BUCKET,
                endpoint=platform.aws.endpoint,
                clock_file=str(platform.state.clock),
            )
            for office in self.offices
        )

    # What staff do, from this machine

    def election(self, platform: Platform) -> Election:
        """Return the election that is open. Raises NotFound before it is."""
        found = self._opened(platform)
        if found is None:
            raise NotFound("open election")
        return found

    def stage(self, platform: Platform, election: Election, cards: tuple[Card, ...] = ()) -> Stage:
        """Return everything of the election, as its staff and trustees together hold it."""
        dynamodb, edition = platform.aws.clients.dynamodb, election.edition
        names = {table.name: TABLE_PREFIX + table.name for table in TABLES}
        files = S3Files(platform.aws.clients.s3, BUCKET)
        log = DynamoLog(
            dynamodb,
            heads=names["heads"],
            ballots=names["ballots"],
            inbox=names["inbox"],
            election=edition,
        )
        sign_offs = tuple(
            DynamoSignOffs(
                dynamodb,
                sign_offs=f"{office.tables}sign-offs",
                desk_codes=f"{office.tables}desk-codes",
                commitments=f"{office.tables}commitments",
                election=edition,
            )
            for office in self.offices
        )
        commitments = tuple(
            DynamoCommitments(dynamodb, f"{office.tables}commitments", edition)
            for office in self.offices
        )
        return Stage(
            election=election,
            cards=cards,
            keys=self.keys,
            writer=LogWriter(
                election,
                log,
                files,
                self.keys.log,
                web_witnesses(election.witness_policy, WebFetch()),
            ),
            table=DynamoBallotBox(dynamodb, names["ballots"], edition),
            inbox=DynamoInbox(dynamodb, names["inbox"], edition),
            sign_offs=sign_offs,
            commitments=commitments,
            files=files,
            draw=self.draw,
        )

    def put_secrets(self, platform: Platform) -> None:
        """Give each function its keys, as an administrator would."""
        manager = platform.aws.clients.secretsmanager
        draw = SeededDraw(f"{self.seed} secrets")
        seeds = {"log": self.keys.log, "promise": self.keys.promise, "tally": self.keys.tally}
        values = {f"{SECRET_PREFIX}{role}-key": key.seed for role, key in seeds.items()}
        for office, issuer in zip(self.offices, self.keys.issuers, strict=True):
            own = {
                "sign-in-key": draw(32),
                f"client-{PROVIDER}": office.client,
                f"{issuer.id}-key": issuer.secrets.key.encode(),
                f"{issuer.id}-pepper": issuer.secrets.pepper,
            }
            values |= {office.secrets + name: value for name, value in own.items()}
        known = {s["Name"] for s in manager.list_secrets(MaxResults=100)["SecretList"]}
        for name, value in values.items():
            if name in known:
                manager.put_secret_value(SecretId=name, SecretBinary=value)
            else:
                manager.create_secret(Name=name, SecretBinary=value)

    def _opened(self, platform: Platform) -> Election | None:
        path = election_path(self.edition, "election.json")
        try:
            return decode_election(S3Files(platform.aws.clients.s3, BUCKET).read(path))
        except NotFound:
            return None
