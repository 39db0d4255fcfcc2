"""Publish and lay out the log in a process of its own, for whoever makes its system calls fail.

Loaded once; for every line on its standard input it forks, says the child's number, and the child waits
for another line before it publishes and lays out. Its exit code is said on a line: 0 done, 1 an error.
"""

import ctypes
import os
import sys
from pathlib import Path

from service.audit.log.publish import publish
from service.audit.log.tiles import export_tiles
from service.foundation.database import engine, transaction

_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)
"""Where only parents may trace (Yama), a process may let others do so."""


def run(folder: Path) -> int:
    """Publish what is signed and lay it out; return the exit code."""
    try:
        publish()
        with transaction() as session:
            export_tiles(session, folder)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


def main(folder: Path) -> None:
    """Serve one child a line until the input ends."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            # A connection first: what fails is to be ours, not the driver's search for its files.
            with engine().connect():
                pass
            ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY)
            sys.stdout.write(f"{os.getpid()}\n")
            sys.stdout.flush()
            os.read(0, 100)
            os._exit(run(folder))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"exit {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
