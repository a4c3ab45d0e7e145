"""What the pages show, for programs: feeds, a calendar, tables. One path and its bytes each."""

from urne_site.exports.files import exported

__all__ = ["exported"]
