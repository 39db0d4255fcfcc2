"""Say whether data files of banks can be used: ``python -m bank_adapters.sheets FILE…``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bank_adapters.sheets.load import load
from bank_adapters.sheets.located import ProfileRefused


def main(paths: Sequence[str]) -> int:
    """Print one line per file or mistake; the exit code is 1 if there is a mistake."""
    refused = False
    for path in paths:
        try:
            profile = load(path, Path(path).read_text(encoding="utf-8"))
        except (ProfileRefused, OSError, UnicodeDecodeError) as wrong:
            refused = True
            sys.stdout.write(f"{wrong}\n")
        else:
            guessed = sum(mark in {"memory", "assumed"} for mark in profile.evidence.values())
            sys.stdout.write(f"{path}: {profile.name} can be used; {guessed} values to ask for\n")
    return int(refused or not paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
