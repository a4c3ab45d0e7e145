"""An invented town on the local platform: its election, its keys, and what its functions need.

All keys come from one seed in the state folder, so that a restart finds the same town again and
the whole election can be led to its end on this machine. In a real town each key has its own
keeper, and nobody holds them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from urne.canonical import to_base64
from urne.crypto.sign import SigningKey
from urne.errors import NotFound
from urne.flows.chance import SeededDraw
from urne.flows.client import new_client, read_client
from urne.flows.keys import ElectionKeys, generate_keys
from urne.flows.open import open_election
from urne.flows.paths import election_path
from urne.flows.publish_log import LogWriter
from urne.flows.rehearsal import Draw, Stage
from urne.flows.witness import web_witnesses
from urne.log.note import parse_vkey
from urne.model.card import Card
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
from urne_local.configuration import BUCKET, Environment
from urne_local.files import write_whole
from urne_local.platform import Platform
from urne_local.provider import serve_provider
from urne_local.provider_clients import LocalClient
from urne_local.serving import Server
from urne_local.witness import LocalWitness, serve_witness

TABLE_PREFIX, SECRET_PREFIX = "urne-", "urne/"
PROVIDER, ACR, POSTAL_CODE = "demo", "eidas2", "92500"
PROVIDER_FILE = Path(__file__).parents[2] / "infra" / "providers" / "demo.toml"
CALLBACK = "/api/sign-in/callback"
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
    """One town and its election: `manifest` makes it from keys, provider and witness address."""

    edition: str
    seed: str
    manifest: Manifest
    tally_key: SigningKey | None = None
    _client: bytes = field(default_factory=lambda: new_client("local"), repr=False)
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
        keys = generate_keys(draw, witness_name="witness.example/demo")
        return replace(keys, tally=self.tally_key) if self.tally_key else keys

    # What the platform asks for

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
        redirect = f"{platform.vote.origin}{CALLBACK}"
        public = json.loads(read_client(self._client).public_keys())
        server, _ = serve_provider(
            [LocalClient("urne-demo", (redirect,), public)],
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
        origin = {"URNE_ORIGIN": platform.vote.origin}
        providers = platform.state.folder / "provider.toml"
        text = PROVIDER_FILE.read_text(encoding="utf-8")
        known = text.replace("http://127.0.0.1:8003", self.neighbourhood.origin)
        write_whole(providers, known.encode())
        return {
            "sign-in": {
                **common,
                **origin,
                "URNE_PAGE": VOTING_PAGE,
                "URNE_PROVIDERS": str(providers),
            },
            "enrol": {**common, **origin, "URNE_ISSUER": self.keys.issuers[0].id},
            "cast": common,
            "sequence": common,
            "count": common,
        }

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
        sign_offs = DynamoSignOffs(
            dynamodb,
            sign_offs=names["sign-offs"],
            desk_codes=names["desk-codes"],
            commitments=names["commitments"],
            election=edition,
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
            sign_offs=(sign_offs,),
            commitments=(DynamoCommitments(dynamodb, names["commitments"], edition),),
            files=files,
            draw=self.draw,
        )

    def put_secrets(self, platform: Platform) -> None:
        """Give each function its keys, as an administrator would."""
        manager = platform.aws.clients.secretsmanager
        issuer = self.keys.issuers[0]
        draw = SeededDraw(f"{self.seed} secrets")
        seeds = {"log": self.keys.log, "promise": self.keys.promise, "tally": self.keys.tally}
        values = {
            "sign-in-key": draw(32),
            f"client-{PROVIDER}": self._client,
            f"{issuer.id}-key": issuer.secrets.key.encode(),
            f"{issuer.id}-pepper": issuer.secrets.pepper,
            **{f"{role}-key": key.seed for role, key in seeds.items()},
        }
        known = {s["Name"] for s in manager.list_secrets(MaxResults=100)["SecretList"]}
        for name, value in values.items():
            full = SECRET_PREFIX + name
            if full in known:
                manager.put_secret_value(SecretId=full, SecretBinary=value)
            else:
                manager.create_secret(Name=full, SecretBinary=value)

    def _opened(self, platform: Platform) -> Election | None:
        path = election_path(self.edition, "election.json")
        try:
            return decode_election(S3Files(platform.aws.clients.s3, BUCKET).read(path))
        except NotFound:
            return None
