"""Commands about the field keys; here and not with the keys, because taking one into use is an act."""

import time

import typer
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation.database import transaction
from service.foundation.encryption import check as checking
from service.foundation.encryption import reseal as resealing
from service.foundation.encryption.check import Held
from service.foundation.encryption.key_files import field_keys, key_file
from service.foundation.encryption.reseal import Resealed
from service.foundation.encryption.rotate import rotate

app = typer.Typer(help="The keys that seal personal fields.", no_args_is_help=True)

EXIT_BROKEN = 3
_ACT, _KIND = "field_key.rotated", "field_keys"
_LOCK = 0x6669656C64


@app.command("list")
def list_keys() -> None:
    """Say which versions the key file holds, and how many values each of them still seals."""
    ring = field_keys()
    typer.echo(f"{key_file('field')}: versions {', '.join(map(str, sorted(ring.keys)))}")
    with transaction() as session:
        found = checking.held(session)
    for version in sorted({*ring.keys, *(one.version for one in found)}):
        mine = [one for one in found if one.version == version]
        typer.echo(f"version {version}\t{_state(version, mine, ring.newest)}")
        for one in mine:
            typer.echo(f"\t{one.name}\t{one.values:,}")
        if version not in ring.keys:
            typer.echo(
                f"\tthe key file does not hold version {version}: these do not open", err=True
            )
    if any(one.version not in ring.keys for one in found):
        raise typer.Exit(EXIT_BROKEN)


@app.command("rotate")
def rotate_key() -> None:
    """Take a new field key into use; `anxin keys reseal` then brings everything under it.

    The demo makes the key; in production put it into the key file as a new last line first.
    """
    with transaction() as session:
        version = _rotate(session)
    typer.echo(f"Version {version} seals from now on. Copy {key_file('field')} to the safe place.")


@app.command("reseal")
def reseal_everything(
    *,
    batch: int = typer.Option(resealing.BATCH_ROWS, min=1, help="Rows to a transaction."),
) -> None:
    """Seal under the newest key whatever is still under an older one; may be ended at any time.

    Exits with 3 when a value does not open; it stays as it is, and the others are resealed.
    """
    began = time.monotonic()
    every = resealing.reseal(batch_rows=batch, told=_tell)
    rows, seconds = sum(one.rows for one in every), time.monotonic() - began
    for one in every:
        if one.rows:
            _tell(one)
    typer.echo(f"{rows:,} values resealed in {seconds:.1f} s ({_rate(rows, seconds)}).")
    broken = [one for one in every if one.broken]
    for one in broken:
        typer.echo(
            f"{one.column.name}: {len(one.broken)} do not open, the first in row {one.broken[0]}.",
            err=True,
        )
    held = [one for one in every if one.left > len(one.broken)]
    for one in held:
        typer.echo(
            f"{one.column.name}: {one.left - len(one.broken)} are held by somebody else; "
            "run this again when they are done.",
            err=True,
        )
    if broken:
        raise typer.Exit(EXIT_BROKEN)
    if held:
        raise typer.Exit(1)


@app.command("check")
def check_values(
    *,
    sample: int | None = typer.Option(None, min=1, help="Open only so many of each column."),
    seed: int = typer.Option(0, help="Which ones: the same seed, the same rows."),
) -> None:
    """Open every sealed value; name column and row of the first in each that does not open.

    Exits with 3 when one does not.
    """
    broken = False
    with transaction() as session:
        for one in checking.check(session, sample=sample, seed=seed):
            if one.broken:
                broken = True
                typer.echo(
                    f"{one.column.name}: the value in row {one.broken} does not open; "
                    "it was changed, moved, or sealed under another key.",
                    err=True,
                )
            else:
                typer.echo(f"{one.column.name}\t{one.values:,} open")
    if broken:
        raise typer.Exit(EXIT_BROKEN)


def _rotate(session: Session) -> int:
    # Killed between file and commit, the next call finds the version in the file and records it.
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    known = session.scalars(select(AuditEntry.object_id).where(AuditEntry.act == _ACT))
    rotated = rotate(frozenset(int(version) for version in known))
    record(
        session,
        _ACT,
        by=SYSTEM,
        on=(_KIND, rotated.version),
        details={"made_here": rotated.made, "versions": sorted(field_keys().keys)},
    )
    return rotated.version


def _state(version: int, mine: list[Held], newest: int) -> str:
    if version == newest:
        return "seals what is new"
    return "still needed" if mine else "no value is under it"


def _tell(one: Resealed) -> None:
    typer.echo(f"{one.column.name}\t{one.rows:,}\t{_rate(one.rows, one.seconds)}")


def _rate(rows: int, seconds: float) -> str:
    return f"{rows / seconds:,.0f} rows/s" if seconds else "-"
