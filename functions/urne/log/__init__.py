"""The public log: C2SP tlog-tiles and its notes, to the byte; it reads and writes nothing."""
