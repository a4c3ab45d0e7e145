"""The houses that tests ask for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stores.houses import (
    KINDS,
    House,
    Street,
    aws_street,
    folder_street,
    memory_street,
)

from urne_local.aws import Aws


def on_aws(kind: str) -> object:
    """Return the parameter of a kind of store; those on AWS share one server."""
    marks = [pytest.mark.aws] if kind == "aws" else []
    return pytest.param(kind, marks=marks)


@pytest.fixture(scope="session")
def aws() -> Iterator[Aws]:
    """Give an AWS that answers one request at a time."""
    with Aws() as aws:
        yield aws


@pytest.fixture(params=[on_aws(kind) for kind in KINDS])
def street(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Street]:
    """Give a way to open the same empty stores again and again, of each kind."""
    with contextlib.ExitStack() as stack:
        match request.param:
            case "memory":
                yield stack.enter_context(memory_street())
            case "folder":
                yield stack.enter_context(folder_street(tmp_path))
            case _:
                yield stack.enter_context(aws_street(request.getfixturevalue("aws")))


@pytest.fixture
def house(street: Street) -> House:
    """Return empty stores of each kind."""
    return street()
