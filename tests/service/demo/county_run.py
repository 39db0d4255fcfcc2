"""One demonstration in a process and data directory of its own, and looking at what it left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from service.foundation.encryption import Sealer

RESIDENTS = "2000"


@dataclass(frozen=True)
class CountyRun:
    """A data directory in which ``anxin demo`` runs, as a newcomer would run it."""

    home: Path
    _urls: list[str] = field(default_factory=list)

    def anxin(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", "from service.start import main; main()", *arguments]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANXIN_")}
        return {**kept, "ANXIN_DATA_DIR": str(self.home)}

    def demo(self) -> dict[str, Any]:
        """Run the demonstration and return its report."""
        told = self.anxin("demo", "--residents", RESIDENTS, "--json").stdout
        found: dict[str, Any] = json.loads(told)
        return found

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[Any]]:
        """Connect as anyone with the printed address would; it is asked for once, the server stays."""
        if not self._urls:
            self._urls.append(self.anxin("db", "url").stdout.strip())
        with psycopg.connect(self._urls[0], autocommit=True) as connection:
            yield connection

    def truth(self) -> dict[str, list[dict[str, str]]]:
        """Return what was planted in the county; only tests may look."""
        path = next(self.home.glob("county-*/truth.json"))
        found: dict[str, list[dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def person_of(self, connection: psycopg.Connection[Any], id_number: str) -> int | None:
        """Return the surrogate id behind an ID number, through the blind index."""
        keys = [
            bytes.fromhex((self.home / "keys" / f"{name}.key").read_text().strip())
            for name in ("field", "index")
        ]
        index = Sealer(*keys).index(id_number, "id18")
        row = connection.execute(
            "SELECT person_id FROM person_identifiers WHERE value_index = %s", [index]
        ).fetchone()
        return row[0] if row else None

    def books(self) -> dict[str, Any]:
        """Return the simulated bank's own books: the referee."""
        done = subprocess.run(
            [sys.executable, "-m", "bank_adapters.simulator.books", "--state",
             str(self.home / "bank"), "--json"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def stop(self) -> None:
        """Stop what the directory still runs."""
        self._urls.clear()
        self.anxin("down", check=False)


def together(*parts: dict[str, int]) -> dict[str, int]:
    """Add up counts and fen."""
    return {
        "count": sum(part["count"] for part in parts),
        "amount_fen": sum(part["amount_fen"] for part in parts),
    }
