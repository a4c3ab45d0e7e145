"""The AWS templates: every table of the stores, every function, and no right too many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from urne.store.dynamodb import ISSUER_TABLES, table_definitions
from urne_local.configuration import FUNCTIONS, issuer_functions
from urne_local.policy import (
    API_ANSWERS,
    NEVER_ANSWERED,
    OLD_RELEASES,
    SEARCH_PAGES,
    SITE_PAGES,
    voting_pages,
)
from urne_local.serving import Headers

INFRA = Path(__file__).parents[2] / "infra"
TOWN, ISSUER = "template.yaml", "issuer.yaml"
each_template = pytest.mark.parametrize("template", [TOWN, ISSUER])


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as {"Ref": …} and the like."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise AssertionError(node)


_Loader.add_multi_constructor("!", _short_form)


def resources(template: str = TOWN) -> dict[str, Any]:
    text = (INFRA / template).read_text()
    found: dict[str, Any] = yaml.load(text, _Loader)["Resources"]  # noqa: S506
    return found


def of_type(kind: str, template: str = TOWN) -> dict[str, Any]:
    return {name: r["Properties"] for name, r in resources(template).items() if r["Type"] == kind}


def rights(name: str, template: str = TOWN) -> list[dict[str, Any]]:
    """Return the statements of a function's policy, or of a policy for people."""
    properties = resources(template)[name]["Properties"]
    (policy,) = properties.get("Policies") or [properties["PolicyDocument"]]
    statements: list[dict[str, Any]] = policy["Statement"]
    return statements


def allowed(name: str, table: str) -> set[str]:
    """Return what may be done with a table."""
    actions: set[str] = set()
    for statement in rights(name):
        found = statement["Resource"]
        found = found if isinstance(found, list) else [found]
        if {"GetAtt": f"{table}.Arn"} in found:
            action = statement["Action"]
            actions |= {action} if isinstance(action, str) else set(action)
    return actions


@pytest.mark.parametrize(
    "template, expected",
    [
        (TOWN, table_definitions("urne-${Edition}-")),
        (ISSUER, table_definitions("urne-${Edition}-", ISSUER_TABLES)),
    ],
)
def test_every_table_of_the_stores_is_there_with_its_keys(template: str, expected: Any) -> None:
    found = {t["TableName"]["Sub"]: t for t in of_type("AWS::DynamoDB::Table", template).values()}
    wanted = {str(t["TableName"]): t for t in expected}
    assert set(found) == set(wanted)
    for name, table in found.items():
        for part in ("KeySchema", "AttributeDefinitions", "BillingMode"):
            assert table[part] == wanted[name][part]


@pytest.mark.parametrize(
    "template, expected", [(TOWN, FUNCTIONS), (ISSUER, issuer_functions("{issuer}"))]
)
def test_every_function_is_there_with_its_routes(template: str, expected: Any) -> None:
    """The templates and the local platform name the same handlers and routes."""
    found = of_type("AWS::Serverless::Function", template)
    routes = {
        f["Handler"]: {
            f"{event['Properties']['Method']} {event['Properties']['Path']}"
            for event in f.get("Events", {}).values()
            if event["Type"] == "HttpApi"
        }
        for f in found.values()
    }
    assert routes == {f.handler: set(f.routes) for f in expected}


def test_a_further_issuer_s_functions_are_told_and_allowed_what_the_first_s_are() -> None:
    """But for where the manifest lies: each reads its own copy, held to the election's id."""
    town, further = resources(TOWN), resources(ISSUER)
    for name in ("SignInFunction", "EnrolFunction"):
        ours, theirs = town[name]["Properties"], further[name]["Properties"]
        assert repr(ours["Policies"]).replace("PublicBucket", "ManifestBucket") == repr(
            theirs["Policies"]
        )
        for part in ("Environment", "ReservedConcurrentExecutions"):
            assert ours[part] == theirs[part]
        assert ours.get("LoggingConfig") == theirs.get("LoggingConfig")
    for name in ("DeskPolicy", "RegistrarPolicy"):
        ours, theirs = rights(name), rights(name, ISSUER)
        assert repr(ours).replace("PublicBucket", "ManifestBucket") == repr(theirs)


def test_a_further_issuer_is_reached_below_its_own_path_on_the_voting_origin() -> None:
    """Its behaviour stands before the town's, which would fit as well; both are shut in."""
    config = resources()["VoteDistribution"]["Properties"]["DistributionConfig"]
    behaviours = [b.get("If", [None, b])[1] for b in config["CacheBehaviors"]]
    patterns = [b["PathPattern"] for b in behaviours]
    further = {"Sub": "/api/issuers/${SecondIssuer}/*"}
    assert patterns.index(further) < patterns.index("/api/*")
    asked = [b for b in behaviours if b["PathPattern"] in (further, "/api/*")]
    assert [b["TargetOriginId"] for b in asked] == ["second-issuer", "api"]
    for behaviour in asked:
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "ApiHeaders"}
    policy = resources()["ApiHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    removed = [item["Header"].lower() for item in policy["RemoveHeadersConfig"]["Items"]]
    assert {"content-security-policy", *removed} == set(NEVER_ANSWERED)


@each_template
@pytest.mark.parametrize("table", ["SignOffs", "Commitments", "Ballots", "DeskCodes"])
def test_tables_that_must_not_tell_times_do_not(template: str, table: str) -> None:
    if table == "Ballots" and template == ISSUER:
        assert "BallotsTable" not in resources(template)
        return
    properties = resources(template)[f"{table}Table"]["Properties"]
    assert "StreamSpecification" not in properties
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


@pytest.mark.parametrize(
    "function, tables",
    [
        ("SignInFunction", {"SessionsTable.Arn", "RegisterTable.Arn"}),
        (
            "EnrolFunction",
            {
                "SessionsTable.Arn",
                "SignOffsTable.Arn",
                "CommitmentsTable.Arn",
                "DeskCodesTable.Arn",
            },
        ),
        ("CastFunction", {"BallotsTable.Arn"}),
        ("SequenceFunction", {"BallotsTable.Arn", "InboxTable.Arn", "HeadsTable.Arn"}),
        ("CountFunction", {"InboxTable.Arn"}),
        ("DeskPolicy", {"SignOffsTable.Arn", "CommitmentsTable.Arn", "DeskCodesTable.Arn"}),
        ("RegistrarPolicy", {"RegisterTable.Arn"}),
    ],
)
def test_a_function_touches_its_own_tables_only(function: str, tables: set[str]) -> None:
    """`cast` cannot read sign-offs, `enrol` no ballots, and nothing is ever deleted."""
    touched: set[str] = set()
    for statement in rights(function):
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        assert not [a for a in actions if "*" in a or "Delete" in a or "Scan" in a]
        found = statement["Resource"]
        found = found if isinstance(found, list) else [found]
        touched |= {r["GetAtt"] for r in found if "GetAtt" in r and "Table" in r["GetAtt"]}
    assert touched == tables


@pytest.mark.parametrize(
    "function, secrets",
    [
        ("SignInFunction", {"sign-in-key", "client-*", "register-salt*"}),
        ("DeskPolicy", {"${Issuer}-pepper"}),
        ("EnrolFunction", {"${Issuer}-key", "${Issuer}-pepper"}),
        ("CastFunction", {"promise-key"}),
        ("SequenceFunction", {"log-key"}),
        ("CountFunction", {"tally-key"}),
    ],
)
def test_a_function_reads_its_own_keys_only(function: str, secrets: set[str]) -> None:
    read: set[str] = set()
    for statement in rights(function):
        if statement["Action"] == "secretsmanager:GetSecretValue":
            found = statement["Resource"]
            for resource in found if isinstance(found, list) else [found]:
                name = resource["Sub"].rpartition("urne/${Edition}/")[2]
                read.add(name.removesuffix("-??????"))
    assert read == secrets


def test_the_register_answers_sign_in_and_is_written_by_its_registrar_only() -> None:
    """`sign-in` may ask for a line it knows, and no function can list or write them."""
    assert allowed("SignInFunction", "RegisterTable") == {"dynamodb:GetItem"}
    for function in of_type("AWS::Serverless::Function").keys() - {"SignInFunction"}:
        assert allowed(function, "RegisterTable") == set()
    assert allowed("RegistrarPolicy", "RegisterTable") == {
        "dynamodb:Query",
        "dynamodb:BatchWriteItem",
    }


@pytest.mark.parametrize("function", ["EnrolFunction", "CastFunction"])
def test_no_platform_log_says_when_somebody_voted(function: str) -> None:
    """START, END and REPORT lines are below WARN."""
    properties = resources()[function]["Properties"]
    assert properties["LoggingConfig"]["SystemLogLevel"] == "WARN"
    assert properties["ReservedConcurrentExecutions"] > 0


@pytest.mark.parametrize(
    "policy, headers",
    [
        ("SiteHeaders", SITE_PAGES),
        ("SearchHeaders", SEARCH_PAGES),
        ("OldReleaseHeaders", OLD_RELEASES),
        ("ApiHeaders", API_ANSWERS),
        ("VoteHeaders", voting_pages(["${ProviderOrigin}"])),
    ],
)
def test_pages_are_allowed_what_they_are_on_one_machine(policy: str, headers: Headers) -> None:
    """CloudFront and the local front send the same Content-Security-Policy."""
    config = resources()[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    stated = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    stated = stated["Sub"] if isinstance(stated, dict) else stated
    assert stated == dict(headers)["Content-Security-Policy"]


def test_the_site_is_served_by_what_publishing_writes() -> None:
    """Every behaviour of the site asks the function that reads the one key-value store."""
    function = resources()["SiteRootFunction"]["Properties"]
    (association,) = function["FunctionConfig"]["KeyValueStoreAssociations"]
    assert association == {"KeyValueStoreARN": {"GetAtt": "SiteRoot.Arn"}}
    assert resources()["SiteRoot"]["Type"] == "AWS::CloudFront::KeyValueStore"
    site = resources()["SiteDistribution"]["Properties"]["DistributionConfig"]
    for behaviour in (site["DefaultCacheBehavior"], *site["CacheBehaviors"]):
        (used,) = behaviour["FunctionAssociations"]
        assert used["FunctionARN"] == {"GetAtt": "SiteRootFunction.FunctionARN"}
