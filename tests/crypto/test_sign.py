"""Ed25519 signatures are valid by libsodium's rules and no others; minisign files verify."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from urne.crypto import minisign
from urne.crypto.sign import SigningKey, is_signed
from urne.errors import BadEncoding, NoteUnverified

EDGE = json.loads((Path(__file__).parents[1] / "vectors" / "ed25519-edge.json").read_text())


@pytest.mark.parametrize("case", EDGE["cases"], ids=lambda case: str(case["name"]))
def test_keys_with_torsion_split_as_the_treaty_says(case: dict[str, Any]) -> None:
    found = is_signed(
        bytes.fromhex(case["public_key"]),
        bytes.fromhex(case["message"]),
        bytes.fromhex(case["signature"]),
    )
    assert found is case["valid"]


def test_wycheproof_cases(shared: Path) -> None:
    """Every case of Project Wycheproof's Ed25519 file has the result it asks for."""
    groups = json.loads((shared / "vectors" / "wycheproof-ed25519.json").read_text())["testGroups"]
    seen = 0
    for group in groups:
        key = bytes.fromhex(group.get("publicKey", group.get("key"))["pk"])
        for case in group["tests"]:
            valid = is_signed(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert valid is (case["result"] == "valid"), case["tcId"]
            seen += 1
    assert seen > 80


def test_minisign_files_are_read_back_and_altered_ones_refused() -> None:
    key = SigningKey.from_seed(secrets.token_bytes(32))
    line = minisign.public_key_line(key.public)
    signature = minisign.sign_file(key, b"tally", "rueil-2019 tally")
    assert minisign.verify_file(line, b"tally", signature) == "rueil-2019 tally"
    with pytest.raises(NoteUnverified):
        minisign.verify_file(line, b"tally.", signature)
    with pytest.raises(NoteUnverified):
        minisign.verify_file(line, b"tally", signature.replace(b"2019 tally", b"2018 tally"))
    with pytest.raises(BadEncoding):
        minisign.verify_file(line, b"tally", signature + b"\n")
    other = minisign.public_key_line(SigningKey.from_seed(bytes(32)).public)
    with pytest.raises(NoteUnverified):
        minisign.verify_file(other, b"tally", signature)
    assert minisign.read_public_key_file(minisign.public_key_file(line)) == line


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_debians_minisign_verifies_our_signature(tmp_path: Path) -> None:
    key = SigningKey.from_seed(secrets.token_bytes(32))
    (tmp_path / "tally.json").write_bytes(b"{}")
    (tmp_path / "tally.json.minisig").write_bytes(minisign.sign_file(key, b"{}", "a tally"))
    (tmp_path / "tally.pub").write_bytes(
        minisign.public_key_file(minisign.public_key_line(key.public))
    )
    command = ["minisign", "-Vm", "tally.json", "-p", "tally.pub"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "a tally" in done.stdout
    (tmp_path / "tally.json").write_bytes(b"{ }")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
