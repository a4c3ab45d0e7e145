"""Runs another Python module, and ends with whoever started it.

    python -m urne_local.lifeline awslambdaric urne.handlers.cast.handler

Standard input is a pipe whose other end the platform holds and never writes to. However the
platform ends, `kill -9` included, the pipe closes, and so does this process: it does not stay
behind with a port and an election. Only what every Python process has loaded already is imported
here, so that the module starts as it would alone.
"""

import os
import runpy
import sys
import threading


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def main() -> None:
    """Run the module that the first argument names, with the arguments after it."""
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
