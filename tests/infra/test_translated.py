"""What AWS would make of the templates is sound: translated first, then linted.

On the source alone cfn-lint does not see a reference to something that the translation leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from cfnlint.api import lint
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse
from tests.infra.test_template import INFRA, ISSUER, TOWN

REGION = "eu-west-3"


class NoManagedPolicies:
    """The names of AWS's own policies, of which the templates use none."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(params=[TOWN, ISSUER])
def source(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = yaml_parse((INFRA / request.param).read_text("utf-8"))
    return found


def functions(source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource["Properties"]


def findings(source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what cfn-lint says of a template as `sam deploy` would send it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    packaged = deepcopy(source)
    for properties in functions(packaged):  # as `sam package` puts it, once the code is uploaded
        properties["CodeUri"] = "s3://a-bucket/code.zip"
    translated = transform(packaged, {}, NoManagedPolicies())
    return [str(match) for match in lint(json.dumps(translated), regions=[REGION])]


def test_nothing_is_wrong_with_a_template(
    source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(source, monkeypatch) == []


def test_a_reference_to_nothing_is_seen(
    source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = next(functions(source))["Environment"]["Variables"]
    environment["URNE_BUCKET"] = {"Ref": "BucketThatIsNotThere"}
    assert any("BucketThatIsNotThere" in found for found in findings(source, monkeypatch))
