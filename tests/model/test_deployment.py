"""A deployment's file says where an election is kept, exactly, or is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from urne.errors import BadField
from urne.model.deployment import Deployment, decode_deployment, encode_deployment

TOLD = Deployment(
    edition="rueil-2019",
    election_id=bytes(range(32)),
    issuer="issuer-1",
    tables="urne-rueil-2019-",
    secrets="urne/rueil-2019/",
    bucket="urne-rueil-2019-public",
)
LOCAL = replace(TOLD, endpoint="http://127.0.0.1:8002", clock_file='/tmp/a "clock"\\é')
TEXT = encode_deployment(TOLD)


@pytest.mark.parametrize("told", [TOLD, LOCAL, replace(TOLD, region="eu-west-3", secrets="")])
def test_what_was_written_reads_as_it_was(told: Deployment) -> None:
    assert decode_deployment(encode_deployment(told)) == told


@pytest.mark.parametrize(
    "old, new, field",
    [
        ('edition = "rueil-2019"\n', "", "edition"),
        ('edition = "rueil-2019"', 'edition = ""', "edition"),
        ('edition = "rueil-2019"', "edition = 7", "edition"),
        ('issuer = "issuer-1"', 'issuer = ""', "issuer"),
        ('election_id = "', 'election_id = "AA', "election_id"),
        ("bucket", "buckets", "bucket"),
        ('bucket = "', 'pepper = "x"\nbucket = "', "pepper"),
        ('bucket = "', 'endpoint = "https://aws.example"\nbucket = "', "endpoint"),
        ('bucket = "', 'endpoint = "http://127.0.0.1.example"\nbucket = "', "endpoint"),
        ('bucket = "', 'endpoint = "http://127.0.0.1@aws.example"\nbucket = "', "endpoint"),
        ('bucket = "', 'clock_file = "x"\nbucket = "', "clock_file"),
        ('bucket = "', "bucket = ", "(all)"),
    ],
)
def test_a_file_that_is_refused(old: str, new: str, field: str) -> None:
    """By the field that is missing, unknown, or leads somewhere else."""
    assert old in TEXT
    with pytest.raises(BadField) as caught:
        decode_deployment(TEXT.replace(old, new, 1))
    assert caught.value.field == field
