"""A department's own database: a second PostgreSQL server, in a folder and a process of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from service.foundation.engines import postgres
from tests.service.residents.importing.deliveries import number_of

PASSWORD = "reader-pw-never-shown"


@dataclass(frozen=True)
class OtherServer:
    """Its superuser's address, and what tests do there."""

    url: str

    def run(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the department's own administrator."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(statement.encode(), parameters or None)
            return done.fetchall() if done.description else []

    def role(self, name: str, *grants: str) -> None:
        """Make a role anew with a password and some grants."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
            if known.fetchone():
                connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(PASSWORD)
                )
            )
        for grant in grants:
            self.run(f"{grant} TO {name}")

    def terms(self, query: str, role: str = "reader", **more: Any) -> dict[str, Any]:
        here = make_url(self.url)
        url = f"postgresql+psycopg://{role}@{here.host}:{here.port}/{here.database}"
        return {"url": url, "query": query, **more}

    def die(self, *persons: int) -> None:
        """Add deaths to the department's table."""
        for person in persons:
            self.run(
                "INSERT INTO deaths (sfz, xm, swrq, at) VALUES (%s, '王秀英', '2026-10-05', now())",
                number_of(person),
            )


@contextmanager
def running() -> Iterator[OtherServer]:
    """Start the server, and stop it at the end."""
    home = Path(tempfile.mkdtemp(prefix="anxin-other-"))
    try:
        yield OtherServer(postgres.ensure(home))
    finally:
        postgres.stop(home)
        shutil.rmtree(home, ignore_errors=True)
