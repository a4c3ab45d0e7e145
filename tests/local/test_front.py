"""One origin as a browser sees it: pages, public files, the API; and what it refuses."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.local.asking import Asked, ask
from tests.local.handlers import function, write_handlers

from urne_local.front import Front, Site
from urne_local.policy import cache_control, media_type, voting_pages
from urne_local.runtime import Runtime
from urne_local.sources import Folder, is_plain

NAMES = ("echo", "plain", "fail", "crash", "slow", "malformed", "page")
TILE = b"\x00" * 64
LONG = b"body { color: navy }\n" * 100


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    write_handlers(folder)
    write(
        folder / "pages",
        {
            "index.html": b"<p>home</p>",
            "404.html": b"<p>not here</p>",
            "projects/index.html": b"<p>projects</p>",
            "projects/é.html": b"<p>accent</p>",
            "assets/app.js": b"let x",
            "assets/long.css": LONG,
            "elections/index.html": b"<p>all elections</p>",
            "v/3/index.html": b"<p>old</p>",
            "empty/readme.txt": b"no index",
            ".hidden": b"hidden",
            ".well-known/security.txt": b"Contact:",
        },
    )
    write(folder, {"secret.txt": b"secret", "pages2/x.html": b"beside"})
    (folder / "pages" / "way-out").symlink_to(folder / "secret.txt")
    write(
        folder / "public",
        {
            "elections/x/log/checkpoint": b"origin\n1\n",
            "elections/x/log/tile/0/000.p/2": TILE,
            "elections/x/log/tile/entries/000": b"\x00\x01\x01",
            "elections/x/log/tile/0/000": TILE * 128,
            "elections/x/election.json": b"{}",
            "keys/log.vkey": b"key",
        },
    )
    functions = [function(name, folder, seconds=2.0) for name in NAMES]
    routes = {f"POST /api/{name}": name for name in NAMES}
    with Runtime(functions, folder / "logs") as runtime:
        front = Front(runtime.invoke, purpose="the site", option="--port")
        front.open(
            Site(
                Folder(folder / "pages"),
                Folder(folder / "public"),
                routes | {"GET /api/echo": "echo"},
            )
        )
        yield front
        front.stop()


def call(front: Front, name: str, event: Any = None, **more: Any) -> Asked:
    headers = {"Content-Type": "application/json", **more.pop("headers", {})}
    body = json.dumps(event).encode()
    return ask(front.port, f"/api/{name}", method="POST", headers=headers, body=body, **more)


# --- The API ----------------------------------------------------------------------------------


def test_a_function_gets_the_request_and_its_answer_comes_back(front: Front) -> None:
    answer = call(front, "echo", {"a": 1}, headers={"Cookie": "s=1; t=2", "Origin": front.origin})
    event = answer.json["event"]
    assert answer.headers["content-type"] == "application/json"
    assert event["routeKey"] == "POST /api/echo"
    assert event["body"] == '{"a": 1}'
    assert event["cookies"] == ["s=1", "t=2"]
    assert event["headers"]["origin"] == front.origin
    assert event["requestContext"]["domainName"] == f"127.0.0.1:{front.port}"


def test_a_query_reaches_the_function_as_it_was_sent(front: Front) -> None:
    event = ask(front.port, "/api/echo?code=a%2Bb&state=%C3%A9").json["event"]
    assert event["rawQueryString"] == "code=a%2Bb&state=%C3%A9"
    assert event["queryStringParameters"] == {"code": "a+b", "state": "é"}


def test_an_answer_that_is_a_page_runs_in_no_origin(front: Front) -> None:
    """Whoever runs a function, no page of theirs runs beside the voters' seeds, nor erases them."""
    answer = call(front, "page")
    assert answer.body == b"<script>steal()</script>"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert "clear-site-data" not in answer.headers


def test_fifty_at_once_each_get_their_own_answer(front: Front) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: call(front, "echo", {"n": n}), range(50)))
    events = [answer.json["event"] for answer in answers]
    assert [json.loads(event["body"])["n"] for event in events] == list(range(50))
    assert len({event["requestContext"]["requestId"] for event in events}) == 50


@pytest.mark.parametrize(
    "name,event,status,code",
    [
        ("fail", {"marker": "x"}, 502, "function-failed"),
        ("malformed", {}, 502, "function-failed"),
        ("nothing", {}, 404, "not-found"),
    ],
)
def test_a_failure_is_told_in_the_shape_of_the_api(
    front: Front, name: str, event: Any, status: int, code: str
) -> None:
    answer = call(front, name, event)
    assert (answer.status, answer.code) == (status, code)


def test_what_a_failing_function_said_does_not_reach_the_browser(front: Front) -> None:
    """Its words may be about somebody else's request."""
    assert b"marker" not in call(front, "fail", {}).body


def test_the_other_methods_of_a_route_are_refused_and_named(front: Front) -> None:
    answer = ask(front.port, "/api/fail")
    assert (answer.status, answer.code) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"
    assert ask(front.port, "/api/echo", method="PUT").headers["allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/echo/", "/api/Echo", "/api/ech%6F"])
def test_only_the_very_path_is_a_route(front: Front, path: str) -> None:
    assert ask(front.port, path, method="POST", body=b"").code == "not-found"


def test_a_body_of_64_kb_is_taken_and_one_more_byte_is_not(front: Front) -> None:
    most = b"x" * 65536
    assert ask(front.port, "/api/echo", method="POST", body=most).status == 200
    answer = ask(front.port, "/api/echo", method="POST", body=most + b"x")
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_ten_kb_of_headers_are_too_many(front: Front) -> None:
    answer = ask(front.port, "/", headers={"Cookie": "x" * 10_240})
    assert (answer.status, answer.code) == (431, "headers-too-large")


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path,content",
    [
        ("/", b"<p>home</p>"),
        ("/index.html", b"<p>home</p>"),
        ("/projects/", b"<p>projects</p>"),
        ("/projects/?page=2", b"<p>projects</p>"),
        ("/projects/%C3%A9.html", b"<p>accent</p>"),
        ("/elections/", b"<p>all elections</p>"),
        ("/.well-known/security.txt", b"Contact:"),
    ],
)
def test_a_page_is_served(front: Front, path: str, content: bytes) -> None:
    answer = ask(front.port, path)
    assert (answer.status, answer.body) == (200, content)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/projects/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/projects/..%5c..%5csecret.txt",
        "/../pages2/x.html",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/way-out",
        "/.hidden",
        "/index.html%00",
        "/empty/",
        "/empty",
        "/no/such/page",
        "/index.html/x",
        "/" + "x" * 300,
        "/" + "x/" * 600,
    ],
)
def test_what_is_not_a_page_is_not_there(front: Front, path: str) -> None:
    answer = ask(front.port, path)
    assert answer.status == 404
    assert answer.body == b"<p>not here</p>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-security-policy" in answer.headers


def test_a_folder_without_its_slash_leads_to_it(front: Front) -> None:
    answer = ask(front.port, "/projects?page=2")
    assert (answer.status, answer.headers["location"]) == (301, "/projects/?page=2")


def test_a_path_of_another_host_is_not_redirected_to(front: Front) -> None:
    """`Location: //example.org/` would lead away from the town's site."""
    for path in ("//example.org/projects", "/%2fexample.org/projects", "/\\example.org/projects"):
        answer = ask(front.port, path)
        assert "example.org" not in answer.headers.get("location", "")


def test_head_is_answered_without_a_body(front: Front) -> None:
    answer = ask(front.port, "/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(b"<p>home</p>"))


def test_pages_are_read_only(front: Front) -> None:
    answer = ask(front.port, "/", method="POST", body=b"x")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_long_text_is_gzipped_for_who_takes_it(front: Front) -> None:
    """The bytes are the same once unpacked; tiles and short files are sent as they are."""
    takes = {"Accept-Encoding": "gzip, br"}
    short, plain = (ask(front.port, "/assets/long.css", headers=h) for h in (takes, {}))
    assert short.headers["content-encoding"] == "gzip"
    assert (gzip.decompress(short.body), plain.body) == (LONG, LONG)
    assert len(short.body) < len(LONG) / 5
    assert "content-encoding" not in plain.headers
    assert short.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert short.headers["etag"] != plain.headers["etag"]
    again = {**takes, "If-None-Match": short.headers["etag"]}
    assert ask(front.port, "/assets/long.css", headers=again).status == 304
    for path in ("/", "/elections/x/log/tile/0/000"):
        assert "content-encoding" not in ask(front.port, path, headers=takes).headers


def test_an_unchanged_file_is_not_sent_again(front: Front) -> None:
    etag = ask(front.port, "/").headers["etag"]
    again = ask(front.port, "/", headers={"If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == etag
    assert ask(front.port, "/assets/app.js", headers={"If-None-Match": etag}).status == 200


def test_a_site_without_a_page_for_it_says_so_in_text(tmp_path: Path) -> None:
    front = Front(lambda _, __: None, purpose="the site", option="--port")
    front.open(Site(Folder(tmp_path / "not-built"), Folder(tmp_path)))
    answer = ask(front.port, "/")
    front.stop()
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert answer.body == b"There is nothing at this address.\n"


# --- What goes with them ----------------------------------------------------------------------


def test_pages_may_load_their_own_things_only(front: Front) -> None:
    headers = ask(front.port, "/").headers
    assert headers["content-security-policy"] == "default-src 'self'; frame-ancestors 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    # `no-referrer` would make a browser send `Origin: null` with the sign-in form.
    assert headers["referrer-policy"] == "same-origin"


def test_old_releases_are_shut_in(front: Front) -> None:
    assert ask(front.port, "/v/3/").headers["content-security-policy"] == "sandbox"


def test_the_voting_page_is_framed_by_nobody_and_sends_forms_to_known_places_only() -> None:
    policy = dict(voting_pages(["http://127.0.0.1:8003"]))["Content-Security-Policy"]
    assert policy.split("; ") == [
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "worker-src 'self' blob:",
        "form-action 'self' http://127.0.0.1:8003",
    ]


@pytest.mark.parametrize(
    "path,kind,keep",
    [
        ("elections/x/log/checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("elections/x/log/tile/0/000.p/2", "application/octet-stream", "max-age=604800, immutable"),
        (
            "elections/x/log/tile/entries/000",
            "application/octet-stream",
            "max-age=604800, immutable",
        ),
        ("elections/x/election.json", "application/json", "no-cache"),
        ("keys/log.vkey", "text/plain; charset=utf-8", "no-cache"),
    ],
)
def test_public_files_say_what_they_are_and_how_long_they_last(
    front: Front, path: str, kind: str, keep: str
) -> None:
    answer = ask(front.port, f"/{path}")
    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == keep
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_public_file_that_is_not_there_is_not_found(front: Front) -> None:
    assert ask(front.port, "/elections/x/log/tile/0/001").status == 404


@pytest.mark.parametrize(
    "path,kind",
    [
        ("a/b.HTML", "text/html; charset=utf-8"),
        ("result.pb", "text/plain; charset=utf-8"),
        ("tally.json.minisig", "text/plain; charset=utf-8"),
        ("x.mjs", "text/javascript; charset=utf-8"),
        ("a.js/b", "application/octet-stream"),
        ("nothing", "application/octet-stream"),
        ("catalogue/checkpoint", "application/octet-stream"),
    ],
)
def test_media_types_follow_the_path(path: str, kind: str) -> None:
    assert media_type(path) == kind


def test_a_page_named_like_a_tile_may_still_change() -> None:
    assert cache_control("content/tile/index.html") == "no-cache"


@pytest.mark.parametrize("path", ["a/./b", "a//b", "/a", "..", "a/..", "a\\b", "a\x00", ".git/x"])
def test_only_ordinary_names_are_looked_up(path: str) -> None:
    assert not is_plain(path)
