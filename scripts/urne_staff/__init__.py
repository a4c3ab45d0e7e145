"""The command line that staff and auditors run: `urne`."""
