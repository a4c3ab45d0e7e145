"""The command line, `urne`."""
