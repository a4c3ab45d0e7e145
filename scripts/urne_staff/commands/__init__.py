"""One module per command: it reads files and arguments, calls a flow, and hands on the outcome."""
