"""Where files come from: a folder, or a web address. What is read is not yet believed."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

from urne.errors import BadInput, NotFound, Problem, Unavailable, UrneError
from urne.flows.paths import LOG_KEY
from urne.store.folder import FolderFiles

Read = Callable[[str], bytes]

MOST_BYTES = 256 * 1024 * 1024
SECONDS = 30


def read_input(path: str) -> bytes:
    """Return the bytes of a file somebody named. Raises BadInput if it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as e:
        raise _unreadable(path, e) from e


def _unreadable(path: str, error: OSError) -> BadInput:
    why = error.strerror or "It cannot be read"
    return BadInput([Problem(path, None, None, f"{why}.", "Check the path.", "unreadable-file")])


def reader(source: str) -> Read:
    """Return a reader of a public tree by path, from a folder or an http(s) address."""
    if urlsplit(source).scheme in ("http", "https"):
        return lambda path: _fetch(f"{source.rstrip('/')}/{quote(path)}")
    root = Path(source)

    def read(path: str) -> bytes:
        try:
            return (root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as e:
            raise NotFound(path) from e
        except OSError as e:
            raise _unreadable(str(root / path), e) from e

    return read


def lister(source: str) -> Callable[[str], Iterable[str]] | None:
    """Return what lists the files of a folder by prefix; an address lists nothing: None."""
    return None if urlsplit(source).scheme else FolderFiles(Path(source)).paths


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "urne"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            raw: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as e:
        if e.code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            raise NotFound(url) from e
        raise Unavailable(f"{url} answers with an error ({e.code}).") from e
    except OSError as e:
        raise Unavailable(f"{url} does not answer.") from e
    if len(raw) > MOST_BYTES:
        raise Unavailable(f"{url} is longer than {MOST_BYTES} bytes.")
    return raw


def editions(source: str) -> list[str]:
    """Return the editions of a public tree in the order they were opened, by its list of logs."""
    read = reader(source)
    try:
        lines = read(LOG_KEY).decode("utf-8", "replace").split()
    except UrneError:
        return []
    origins = [line.partition("+")[0].split("/") for line in lines]
    return [parts[-2] for parts in origins if parts[-1] == "log" and "elections" in parts]
