"""CloudFront's function of the site: a reader is answered from the root that is served."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.infra.test_template import resources
from tests.release.small import SITE, SITE_2, Place
from tests.stores.edge import EdgeStore

from urne.model.release import MANIFEST, SIGNATURE, VERSIONS
from urne.store.edge import EdgeRoot

RUNNER = Path(__file__).with_name("edge.mjs")

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not there")


def asked_for(values: dict[str, str], uris: list[str]) -> list[str]:
    """Return the path that the bucket is asked for, for each that a reader asks."""
    code = resources()["SiteRootFunction"]["Properties"]["FunctionCode"]
    done = subprocess.run(
        ["node", str(RUNNER)],
        input=json.dumps({"code": code, "values": values, "uris": uris}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return [uri.removeprefix("/") for uri in found]


def test_every_address_is_answered_from_the_root_that_is_served() -> None:
    """From the old one until it is exchanged, from the new one then; what is apart from neither."""
    store = EdgeStore()
    place = Place(served=EdgeRoot(store.client(), store.arn))
    for site in (SITE, SITE_2):
        place.publish(place.next(site))
        paths = [*(path for path in site), MANIFEST, SIGNATURE, VERSIONS, "v/1/index.html"]
        paths += ["keys/release.pub", "releases/log/checkpoint"]
        asked = asked_for(store.values, [f"/{path}" for path in paths])
        assert asked == [place.path(path) for path in paths]
        assert place.files.read(asked_for(store.values, ["/"])[0]) == site["index.html"]
        folder = asked_for(store.values, ["/projects/012-led/", "/v/1/en/"])
        assert [place.files.read(path) for path in folder] == [
            site["projects/012-led/index.html"],
            place.read("v/1/en/index.html"),
        ]


def test_nothing_leads_to_a_root_by_its_own_name() -> None:
    """An old root cannot be asked for, nor anything else beside the one that is served."""
    uris = ["/.roots/1-00ff/index.html", "/.current", "/vote/index.html", "/v", "/versions.json"]
    asked = asked_for({"root": "2-00ff"}, uris)
    assert asked == [f".roots/2-00ff{uri}" for uri in uris]


def test_before_the_first_root_an_address_is_where_it_says() -> None:
    """So that what an earlier program published is served until the next release."""
    place = Place()
    assert asked_for({}, ["/", "/versions.json"]) == ["index.html", "versions.json"]
    assert place.path("index.html") == "index.html"
