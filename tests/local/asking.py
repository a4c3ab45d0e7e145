"""Asking a server on this machine, as a browser would, and by hand where a browser would not."""

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from urne_local.serving import HOST


@dataclass(frozen=True)
class Asked:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Return the code of a refusal in our shape, and nothing else beside its message."""
        error = self.json["error"]
        assert set(self.json) == {"error"}
        assert set(error) == {"code", "message"}
        assert error["message"].endswith(".")
        return str(error["code"])


def ask(
    port: int,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Asked:
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        return read(connection)
    finally:
        connection.close()


def read(connection: http.client.HTTPConnection) -> Asked:
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    cookies = tuple(answer.headers.get_all("Set-Cookie", []))
    return Asked(answer.status, headers, cookies, answer.read())


def say(port: int, raw: bytes, *, finish: bool = True) -> bytes:
    """Return all that comes back for these bytes until the server closes."""
    with socket.create_connection((HOST, port), timeout=20) as connection:
        connection.sendall(raw)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)
