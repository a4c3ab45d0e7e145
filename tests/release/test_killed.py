"""A real folder and a real SIGKILL, before every single write of a publication."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("flat", [False, True])
def test_a_folder_is_one_release_or_the_other_whenever_it_is_killed(
    flat: bool, tmp_path: Path
) -> None:
    """And the next one ends it. Only while a folder of an earlier program gives way is it away."""
    command = [sys.executable, "-m", "tests.release.killed", str(tmp_path)]
    done = subprocess.run(
        command + ["--flat"] * flat, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    died, away = map(int, done.stdout.split())
    assert died > 100
    assert away == (FOLDERS if flat else 0)


FOLDERS = 5
"""The folders at the root of the site that the test publishes, for each of which there is one
instant between being set aside and being led to."""
