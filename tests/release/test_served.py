"""A published folder, as servers that know nothing of it serve it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.release.killed import place
from tests.release.small import SITE, SITE_2, page, release

from urne.errors import NotFound
from urne.flows.release_verify import Question, verify
from urne_local.sources import Folder
from urne_staff.sources import lister, reader


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """What `python3 -m http.server` answers from the folder."""
    handler = partial(_Silent, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_plain_web_server_serves_it(tmp_path: Path, address: str) -> None:
    """Release after release, and back, without being told; and each verifies over HTTP."""
    town, read = place(tmp_path), reader(address)
    town.publish(release(SITE))
    assert read("projects/012-led/") == SITE["projects/012-led/index.html"]
    for goes_back in (False, True):
        if goes_back:
            town.rollback(1)
        else:
            town.publish(town.next(SITE_2))
        for source in (address, str(tmp_path)):
            asked = Question(reader(source), paths=lister(source))
            assert not verify(asked).findings
            assert not verify(Question(reader(source), 2, paths=lister(source))).findings
    with pytest.raises(NotFound):
        read("projects/019-arbres/")


def test_a_name_that_is_led_and_not_yet_served_is_not_found(tmp_path: Path, address: str) -> None:
    """So it was before, and neither a list of files nor a check of them knows it."""
    town = place(tmp_path)
    town.publish(release(SITE))
    (tmp_path / "soon").symlink_to(".current/soon")
    for path in ("soon", "soon/", "soon/index.html"):
        with pytest.raises(NotFound):
            reader(address)(path)
    assert not verify(Question(town.read, paths=town.files.paths)).findings
    town.publish(town.next({**SITE, "soon/index.html": page("Bientôt")}))
    assert reader(address)("soon/") == page("Bientôt")


def test_the_local_front_serves_it(tmp_path: Path) -> None:
    """It follows links within the folder, and none out of it."""
    town = place(tmp_path / "site")
    town.publish(release(SITE))
    pages = Folder(tmp_path / "site")
    for path, raw in SITE.items():
        if path != "versions/index.html":  # filled in by the build
            assert pages.read(path) == raw
    assert pages.has_folder("projects/012-led")
    assert pages.read(".current/index.html") is None
    (tmp_path / "secret.html").write_text("…")
    (tmp_path / "site/out.html").symlink_to(tmp_path / "secret.html")
    assert pages.read("out.html") is None
