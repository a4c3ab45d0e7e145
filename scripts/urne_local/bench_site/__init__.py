"""How fast the residents' site is built and how light it is, measured here: `make bench-site`."""
