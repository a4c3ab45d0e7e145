"""Requests that do something for a person come from our own pages, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from urne.errors import CrossSiteRequest


def require_same_origin(headers: Mapping[str, str], origin: str) -> None:
    """Raise CrossSiteRequest unless a request was made by a page of this origin.

    Names of headers in lower case. `Origin` must be there; `Sec-Fetch-Site`, which browsers
    before 2023 may not send, must be right if it is.
    """
    if headers.get("origin") != origin:
        raise CrossSiteRequest
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise CrossSiteRequest
