"""How fast and how large it is, measured here and now: `make bench`."""
