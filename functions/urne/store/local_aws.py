"""Reaching the AWS that is played on this machine, and no other.

No profile, credential file or metadata service of the machine is asked: a developer's own AWS
account must not be within reach of a demonstration or a rehearsal.
"""

from __future__ import annotations

import os
from typing import Any, Final, Literal

import boto3
import botocore.session

REGION: Final[Literal["eu-west-3"]] = "eu-west-3"
ACCESS_KEY = "local"


def local_session() -> boto3.session.Session:
    """Return a session whose keys open nothing, and that nothing in a home can change."""
    return boto3.session.Session(
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=ACCESS_KEY,
        region_name=REGION,
        botocore_session=_session_without_files(),
    )


def _session_without_files() -> Any:
    """Return a botocore session that neither AWS_PROFILE nor files in a home can change."""
    return botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
