"""The command line's first step: load it without looking for garbage, then run it."""

import gc


def main() -> None:
    """Run a command as :func:`service.cli.main` does.

    Everything loaded stays until the process ends. Going through it again and again while it grows
    takes a quarter of a command's start; afterwards it is set aside.
    """
    gc.disable()
    from service.cli import main as run  # noqa: PLC0415 - what is loaded is the point

    gc.freeze()
    gc.enable()
    run()
