"""Elections in Pabulib's file format (pabulib.org/format), read, written, and made of a result."""

from urne.pabulib.model import PabulibFile, Project, Vote
from urne.pabulib.problems import MENDS
from urne.pabulib.reading import read_pabulib
from urne.pabulib.result import result_file
from urne.pabulib.writing import write_lines, write_pabulib

__all__ = [
    "MENDS",
    "PabulibFile",
    "Project",
    "Vote",
    "read_pabulib",
    "result_file",
    "write_lines",
    "write_pabulib",
]
