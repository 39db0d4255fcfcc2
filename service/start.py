"""The command line's first step: load it without looking for garbage, run it, and leave at once."""

import atexit
import gc
import os
import sys

from service.foundation.problems import Problem

_INTERRUPTED = 130
"""What a shell calls the end of a command that was interrupted."""


def main() -> None:
    """Run a command as :func:`service.cli.main` does.

    Everything loaded stays until the process ends. Going through it again and again while it grows
    takes a quarter of a command's start, and taking it apart at the end two seconds more.
    """
    status = _Status()
    atexit.register(status.leave)  # Registered first, it is called after all others.
    gc.disable()
    try:
        from service.cli import main as run  # noqa: PLC0415 - what is loaded is the point
    except Problem as problem:  # A setting: options' defaults are read while commands are loaded.
        sys.stderr.write(f"{problem}\n{problem.say('zh')}\n")
        raise SystemExit(1) from None

    gc.freeze()
    gc.enable()
    try:
        run()
    except SystemExit as end:
        status.code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    except KeyboardInterrupt:
        status.code = _INTERRUPTED
        raise
    status.code = 0


class _Status:
    """What the process ends with; a fault of ours until something else is known."""

    code: int = 1

    def leave(self) -> None:
        """End the process without taking apart what was loaded; what was said is said."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):  # Nobody listens any more.
                self.code = self.code or 1
        os._exit(self.code)
