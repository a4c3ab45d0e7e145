"""The stores of one machine: private state in one SQLite file, the public tree as plain files."""

from urne.store.folder.database import Database
from urne.store.folder.files import FolderFiles
from urne.store.folder.log import FolderLog
from urne.store.folder.people import FolderSessions, FolderSignOffs
from urne.store.folder.register import FolderRegister
from urne.store.folder.root import FolderRoot
from urne.store.folder.secrets import FolderSecrets

__all__ = [
    "Database",
    "FolderFiles",
    "FolderLog",
    "FolderRegister",
    "FolderRoot",
    "FolderSecrets",
    "FolderSessions",
    "FolderSignOffs",
]
