"""Where the front finds bytes: folders of pages, and the public files of elections.

A `Source` answers one question: which bytes are at this path? Pages come from a folder (the built
site, the voting page); what elections publish comes from the bucket that the functions write to,
or from a folder with the same tree. No source ever leads outside its root, whatever the path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NAME = re.compile(r"(?!\.)[^/\\\x00]+|\.well-known")
_MOST_BYTES = 1024
"""As for the key of an object in S3."""


class Source(Protocol):
    """A tree of files, by paths without a leading slash."""

    def read(self, path: str) -> bytes | None:
        """Return the file's bytes, or None if there is no such file."""

    def has_folder(self, path: str) -> bool:
        """Return whether the path, without a trailing slash, is a folder with an index page."""


def is_plain(path: str) -> bool:
    """Return whether a decoded path, without a leading slash, has ordinary names only.

    Refused are empty names, `.`, `..`, hidden names, backslashes, zero bytes, and long paths.
    """
    names = path.removesuffix("/").split("/") if path else []
    short = len(path.encode()) <= _MOST_BYTES and all(len(name.encode()) < 256 for name in names)
    return short and all(_NAME.fullmatch(name) for name in names)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files below a folder; links that lead out of it are not followed."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """Return the file's bytes, or None."""
        if not is_plain(path):
            return None
        found = (self.root / path).resolve()
        if not found.is_relative_to(self.root.resolve()):
            return None
        try:
            return found.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def has_folder(self, path: str) -> bool:
        """Return whether the path is a folder with an index page."""
        return is_plain(path) and (self.root / path / "index.html").is_file()


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects of a bucket."""

    s3: S3Client
    name: str

    def read(self, path: str) -> bytes | None:
        """Return the object's bytes, or None."""
        if not is_plain(path) or not path:
            return None
        try:
            return self.s3.get_object(Bucket=self.name, Key=path)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None

    def has_folder(self, path: str) -> bool:
        """Return False: a bucket has no index pages."""
        return False
