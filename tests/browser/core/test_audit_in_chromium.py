"""The audit runs in a browser as it does elsewhere, beside the page, and at a fair pace."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.core.test_audits_agree import ROOT, pytestmark  # noqa: F401
from tests.flows.town import draw_of

from urne.flows.audit import Question, audit
from urne.flows.rehearsal import hold, in_memory
from urne.log.tiles import WIDTH
from urne.pabulib import read_pabulib
from urne_staff.sources import reader

LEAST_RATE = 200
EDITION = "krakow-czyzyny-2022"

PAGE = "<!doctype html><meta charset=utf-8><title>audit</title>"
AUDIT = """async (edition) => {
    const { auditInBrowser, fetchReader } = await import("/core/audit.js");
    const told = [], bundles = [];
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
        at = bundles.push(0) - 1;
        postMessage(message) {
            if ("work" in message) bundles[this.at]++;
            super.postMessage(message);
        }
    };
    let longest = 0, last = performance.now(), over = false;
    (function watch() {
        const now = performance.now();
        [longest, last] = [Math.max(longest, now - last), now];
        if (!over) setTimeout(watch, 0);
    })();
    const began = performance.now();
    const report = await auditInBrowser(
        { read: fetchReader(location.origin), edition },
        { workerUrl: "/core/audit-worker.js", progress: (done, total) => told.push([done, total]) },
    );
    over = true;
    return { report, told, bundles, longest, seconds: (performance.now() - began) / 1000 };
}"""


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def tree(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a rehearsal's public tree, and the bundles that a page loads."""
    folder = tmp_path_factory.mktemp("chromium")
    raw = (shared / "pabulib/Poland_Krakow_2022_Czyzyny.pb").read_bytes()
    file = read_pabulib(raw, "Czyzyny")
    stage, files = in_memory(file, draw_of("chromium"))
    for _ in hold(stage, file.votes):
        pass
    for path in files.paths(""):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files.read(path))
    (folder / "index.html").write_text(PAGE)
    command = ["node", str(ROOT / "site/ballot/bundle.mjs"), str(folder / "core")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def page(tree: Path, browser: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tree)))
    Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def cpu_seconds() -> float:
    """Return the processor time of all of this process's descendants that are still alive."""
    stats = {}
    for found in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = found.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(found.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {os.getpid()}
    while more := {pid for pid, (parent, _) in stats.items() if parent in family} - family:
        family |= more
    family.discard(os.getpid())
    return sum(stats[pid][1] for pid in family if pid in stats) / os.sysconf("SC_CLK_TCK")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_whole_audit_in_chromium_is_ours_and_fast_enough(
    page: Page, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cpu_seconds()
    found = page.evaluate(AUDIT, EDITION)
    spent = cpu_seconds() - before
    ours: Any = audit(Question(reader(str(tree)), EDITION)).as_json()
    assert [(c["id"], c["status"]) for c in found["report"]["checks"]] == [
        (c["id"], c["status"]) for c in ours["checks"]
    ]
    assert found["report"]["facts"] == ours["facts"]
    size = ours["facts"]["size"]
    assert found["told"][-1] == [size, size]
    ballots = found["report"]["facts"]["ballots"]
    # What two processors of its own would give, each as busy as its worker was: other work on this
    # machine is no fault of ours, but bundles that all go to one worker would be.
    bundles = found["bundles"]
    assert sum(bundles) == -(-size // WIDTH)
    assert len(bundles) == 2
    assert max(bundles) - min(bundles) <= 1
    rate = ballots / (spent * max(bundles) / sum(bundles))
    with capsys.disabled():
        sys.stdout.write(
            f"\naudit in Chromium, two workers: {rate:.0f} ballots a second"
            f" (bundles: {bundles[0]} and {bundles[1]})"
            f" ({ballots / found['seconds']:.0f} by the clock);"
            f" the page never waited longer than {found['longest']:.0f} ms\n"
        )
    assert rate >= LEAST_RATE
