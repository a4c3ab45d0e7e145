"""Urne: the code that functions, command line and site share."""
