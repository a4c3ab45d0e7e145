"""Every secret of one election, each for one role; together only in rehearsals and on one machine.

In a real election each role makes its own and hands over the public half: the issuer, the town's
log, promise and tally keys, each trustee, each clerk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from urne.crypto.blind import generate_key
from urne.crypto.minisign import public_key_line
from urne.crypto.seal import clamp, public_of
from urne.crypto.sign import SigningKey
from urne.flows.enrol import IssuerSecrets
from urne.log.note import COSIGNATURE, ED25519, VerifierKey
from urne.model.election import Issuer, KeyHolder

PEPPER_BYTES = 32


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public half of every key of an election, as each keeper handed it over.

    `log` is a vkey named after the origin, `tally` a minisign line, `promise` 32 bytes;
    `witness_policy` is a C2SP tlog-policy.
    """

    issuers: tuple[Issuer, ...]
    trustees: tuple[KeyHolder, ...]
    clerks: tuple[KeyHolder, ...]
    log: str
    promise: bytes
    tally: str
    witness_policy: str


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """One issuer's secrets: RSA key and pepper for enrolling, Ed25519 key for its lists."""

    id: str
    secrets: IssuerSecrets = field(repr=False)
    sign_off_key: SigningKey

    def public(self) -> Issuer:
        """Return the issuer's line in the manifest."""
        return Issuer(self.id, self.secrets.key.modulus, self.sign_off_key.public)


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """One trustee's secret scalar, 32 bytes, clamped."""

    id: str
    scalar: bytes = field(repr=False)

    def public(self) -> KeyHolder:
        """Return the trustee's line in the manifest."""
        return KeyHolder(self.id, public_of(self.scalar))


@dataclass(frozen=True, slots=True)
class ClerkKey:
    """One clerk's signing key."""

    id: str
    key: SigningKey

    def public(self) -> KeyHolder:
        """Return the clerk's line in the manifest."""
        return KeyHolder(self.id, self.key.public)


@dataclass(frozen=True, slots=True)
class ElectionKeys:
    """All secrets of an election."""

    issuers: tuple[IssuerKeys, ...]
    trustees: tuple[TrusteeKey, ...]
    clerks: tuple[ClerkKey, ...]
    log: SigningKey
    promise: SigningKey
    tally: SigningKey
    witness: SigningKey
    witness_name: str

    def log_key(self, origin: str) -> VerifierKey:
        """Return the log's public key; its name is the origin."""
        return VerifierKey(origin, ED25519, self.log.public)

    @property
    def tally_key(self) -> str:
        """Return the tally key's minisign line."""
        return public_key_line(self.tally.public)

    def public(self, origin: str, witness_url: str = "") -> PublicKeys:
        """Return the public halves, for the manifest of the log of this origin."""
        witness = f"{self.witness_key} {witness_url}".rstrip()
        return PublicKeys(
            issuers=tuple(issuer.public() for issuer in self.issuers),
            trustees=tuple(trustee.public() for trustee in self.trustees),
            clerks=tuple(clerk.public() for clerk in self.clerks),
            log=str(self.log_key(origin)),
            promise=self.promise.public,
            tally=self.tally_key,
            witness_policy=f"witness neighbour {witness}\nquorum neighbour\n",
        )

    @property
    def witness_key(self) -> VerifierKey:
        """Return the witness's public key."""
        return VerifierKey(self.witness_name, COSIGNATURE, self.witness.public)


def generate_keys(
    draw: Callable[[int], bytes],
    *,
    issuers: int = 1,
    trustees: int = 3,
    witness_name: str = "witness.example/rehearsal",
) -> ElectionKeys:
    """Return new keys for every role of an election; `draw(n)` gives n random bytes."""

    def signing_key() -> SigningKey:
        return SigningKey.from_seed(draw(32))

    return ElectionKeys(
        issuers=tuple(
            IssuerKeys(
                f"issuer-{n}", IssuerSecrets(generate_key(draw), draw(PEPPER_BYTES)), signing_key()
            )
            for n in range(1, issuers + 1)
        ),
        trustees=tuple(TrusteeKey(f"trustee-{n}", clamp(draw(32))) for n in range(1, trustees + 1)),
        clerks=tuple(ClerkKey(f"clerk-{n}", signing_key()) for n in (1, 2)),
        log=signing_key(),
        promise=signing_key(),
        tally=signing_key(),
        witness=signing_key(),
        witness_name=witness_name,
    )
