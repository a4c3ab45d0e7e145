"""Asking another server over HTTPS: one request, one answer, nothing followed, nothing kept.

What a fetcher promises: it speaks to `https`, or to this machine's loopback without it; it checks
the server's certificate; it follows no redirection and uses no proxy; it gives up after its time,
counted over the whole exchange, and on answers beyond its size. Whatever goes wrong is
ProviderUnreachable: the request may or may not have had its effect.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from urne.errors import ProviderMisconfigured, ProviderUnreachable

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TIMEOUT_SECONDS = 8.0
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """An answer: status, media type in lower case without its parameters, body."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


class Fetch(Protocol):
    """One HTTP exchange."""

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> WebAnswer:
        """Return the answer, whatever its status. Raises ProviderUnreachable if none came."""


class WebFetch:
    """A fetcher on sockets."""

    def __init__(
        self, timeout_seconds: float = TIMEOUT_SECONDS, most_bytes: int = MOST_BYTES
    ) -> None:
        self._timeout, self._most = timeout_seconds, most_bytes
        self._tls = ssl.create_default_context()

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> WebAnswer:
        """Return the answer, whatever its status. Raises ProviderUnreachable if none came."""
        require_safe(url)
        deadline = time.monotonic() + self._timeout
        connection = self._connection(url)
        # The socket's own timeout begins anew with each byte; this ends the whole.
        end = threading.Timer(self._timeout, _hang_up, [connection])
        end.start()
        try:
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body or None, dict(headers))
            answer = self._read(connection, deadline)
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise ProviderUnreachable from e
        finally:
            end.cancel()
            connection.close()
        if time.monotonic() > deadline:
            raise ProviderUnreachable  # what was hung up on may look complete
        return answer

    def _connection(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)

    def _read(self, connection: http.client.HTTPConnection, deadline: float) -> WebAnswer:
        response = connection.getresponse()
        body = b""
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > self._most or time.monotonic() > deadline:
                raise ProviderUnreachable
        if response.length:
            raise ProviderUnreachable  # the body ended before its Content-Length
        media_type = (response.getheader("content-type") or "").partition(";")[0]
        return WebAnswer(response.status, media_type.strip().lower(), body)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End a connection under way: whoever reads from it gets an error or the end."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def require_safe(url: str) -> None:
    """Raise ProviderMisconfigured unless a URL is `https`, or `http` on loopback."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as e:
        raise ProviderMisconfigured("an address of it is none") from e
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise ProviderMisconfigured("an address of it is none")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise ProviderMisconfigured("an address of it is not https")


def is_loopback(url: str) -> bool:
    """Return whether a URL is on this machine's loopback."""
    return urlsplit(url).hostname in LOOPBACK
