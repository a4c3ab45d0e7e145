"""A public tree that fails the test at once if anything published changes or goes back."""

from __future__ import annotations

from urne.log.checkpoint import Checkpoint, parse_checkpoint
from urne.log.merkle import range_root
from urne.log.nodes import node_reader
from urne.log.note import decode_note
from urne.store.memory import MemoryFiles

CHANGING = ("log/checkpoint", "keys/log.vkey")


class WatchedFiles(MemoryFiles):
    """Files of which only checkpoints, and the list of logs' keys, may ever be written again.

    A checkpoint must be no smaller than the one in place, and the log under it must begin with
    the log under that one.
    """

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        before = self.read_version(path)
        super().replace(path, raw, version)
        if before and before[0] != raw:
            assert path.endswith(CHANGING), f"{path} was written over"
        if before and path == "keys/log.vkey":
            assert raw.startswith(before[0]), "a log's key was taken off the list"
        if before and path.endswith("checkpoint"):
            self._require_grown(path, checkpoint_of(before[0]), checkpoint_of(raw))

    def _require_grown(self, path: str, old: Checkpoint, new: Checkpoint) -> None:
        assert new.size >= old.size, "the checkpoint went back"
        node = node_reader(
            new.size, lambda name: self.read(f"{path.removesuffix('checkpoint')}{name}")
        )
        assert range_root(0, old.size, node) == old.root, "the log was forked"
        assert range_root(0, new.size, node) == new.root, "a checkpoint without its files"


def checkpoint_of(raw: bytes) -> Checkpoint:
    """Return the checkpoint of a published note, its signature unverified."""
    return parse_checkpoint(decode_note(raw).text)
