"""What every test may ask for: the shared data, the programs beside us, and no real AWS."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from urne_local.chromium import ARGUMENTS, find_chromium

ROOT = Path(__file__).parent.parent
# Rooms in which a browser, a site or a whole platform is started.
LONG = ("browser", "local", "release", "site", "whole")

# A slow machine is no failure. A run that nobody watches draws the same examples every time.
settings.register_profile("watched", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "watched")


def pytest_configure() -> None:
    """Make sure that no test finds a real account, on this machine or around it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: workers, a file each, end at the same time."""
    items.sort(key=lambda item: item.path.relative_to(ROOT / "tests").parts[0] not in LONG)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of data shared between projects, beside this checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder shared/ is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Debian's Chromium."""
    return find_chromium() or _program("chromium")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Return Debian's Chromium, one for all tests: there cannot be two Playwrights."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        yield found
        found.close()


@pytest.fixture(scope="session")
def minisign() -> str:
    """Return the path of Debian's minisign."""
    return _program("minisign")


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed; make setup says how")
    return path
