"""Front matter of pages, read into typed models."""

from urne.frontmatter.document import Document, defaults, split, whole
from urne.frontmatter.reader import read

__all__ = ["Document", "defaults", "read", "split", "whole"]
