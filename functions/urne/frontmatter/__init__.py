"""Front matter of pages, read into typed models."""

from urne.frontmatter.document import HEAD, PATH, TEXT, Document, defaults, split, whole
from urne.frontmatter.reader import read

__all__ = ["HEAD", "PATH", "TEXT", "Document", "defaults", "read", "split", "whole"]
