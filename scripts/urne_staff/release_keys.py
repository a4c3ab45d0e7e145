"""The two keys of releases in a folder of their owner's: one signs manifests, one the site's log.

release.key       32 bytes, the seed of the Ed25519 key that signs release.json
release.pub       its public half, for `minisign -p`
releases-log.key  32 bytes, the seed of the key of the site's log
releases.vkey     its public half, with the log's origin, which is where the site stands
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from urne.crypto.minisign import public_key_file, public_key_line
from urne.crypto.sign import SigningKey
from urne.errors import NotFound, ReleaseRefused
from urne.log.note import ED25519, VerifierKey, parse_vkey
from urne.model.release import log_origin
from urne.store.folder import FolderSecrets

TRYING = ".build/keys"
"""The keys for trying releases out; made when they are first asked for."""

_RELEASE, _LOG = "release.key", "releases-log.key"


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    """Both keys, and where the site's log stands."""

    folder: Path
    release: SigningKey
    log: SigningKey
    origin: str

    @property
    def release_line(self) -> str:
        """Return the base64 line of the release key's public half."""
        return public_key_line(self.release.public)


def make_keys(folder: Path, url: str) -> ReleaseKeys:
    """Return new keys, written to a folder. Raises Conflict if there are keys already."""
    store = FolderSecrets(folder)
    release, log = secrets.token_bytes(32), secrets.token_bytes(32)
    store.put(_RELEASE, release)
    store.put(_LOG, log)
    made = ReleaseKeys(
        folder, SigningKey.from_seed(release), SigningKey.from_seed(log), log_origin(url)
    )
    (folder / "release.pub").write_bytes(public_key_file(made.release_line))
    vkey = VerifierKey(made.origin, ED25519, made.log.public)
    (folder / "releases.vkey").write_text(f"{vkey}\n")
    return made


def read_keys(given: str | None, url: str = "") -> ReleaseKeys:
    """Return the keys of a folder. Raises ReleaseRefused if they are not there.

    Nobody's keys for trying out are made where no folder was named and `url` is given.
    """
    folder = Path(given or TRYING)
    store = FolderSecrets(folder)
    try:
        release = SigningKey.from_seed(store.secret(_RELEASE))
        log = SigningKey.from_seed(store.secret(_LOG))
        vkey = parse_vkey((folder / "releases.vkey").read_text().strip())
    except (NotFound, FileNotFoundError) as e:
        if given is None and url:
            return make_keys(folder, url)
        why = f"there are no release keys in {folder}; make some with `urne release keys`"
        raise ReleaseRefused(why) from e
    if vkey.key != log.public:
        raise ReleaseRefused(f"releases.vkey in {folder} is not that of the key beside it")
    return ReleaseKeys(folder, release, log, vkey.name)
