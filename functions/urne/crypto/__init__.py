"""Signatures, blind signatures and seals: the only room that imports cryptographic libraries."""
