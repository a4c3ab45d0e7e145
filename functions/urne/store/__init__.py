"""Where things are kept: one set of promises (base.py) and four ways to keep them."""
