"""Versions of the site: build one, publish it, look at what is published, bring one back.

A release is every file of the site under one signed list. It stays readable at /v/<number>/ for
ever, names the one before it, and stands in the site's public log.
"""

from __future__ import annotations

from urne_staff.commands import (
    release_build,
    release_keys,
    release_list,
    release_publish,
    release_rollback,
    release_verify,
)

NAME = "release"
HELP = "build, publish and verify versions of the site"
EXAMPLE = "urne release build --out .build/r1"
COMMANDS = (
    release_keys,
    release_build,
    release_publish,
    release_list,
    release_verify,
    release_rollback,
)
