"""``python -m service.audit.witness``: a witness without anything else of ours."""

import sys

from service.audit.witness.commands import app
from service.foundation.problems import Problem


def main() -> None:
    """Run one command; a problem is a sentence and exit code 1."""
    try:
        app()
    except Problem as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
