"""The officers' part of the command line: it sets up the first administrators, then only asks."""

from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import NotFound, Problem
from service.officers import queries
from service.officers.deactivate import deactivate
from service.officers.holding.first import add_by_command
from service.officers.holding.review import review_list
from service.officers.holding.staff import join, leave, move
from service.officers.models import Officer
from service.officers.signing_keys import (
    REASON_CHARS_MAX,
    REASON_CHARS_MIN,
    SOFTWARE,
    HandedIn,
    KeyUnusable,
    WhyRevoked,
    hand_in,
    revoke_key,
)

app = typer.Typer(help="Add officers, list them, and end their access.", no_args_is_help=True)


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="What the officer signs in with.")],
    name: Annotated[str, typer.Option(help="Name, as the colleagues know it.")],
    organisation: Annotated[str, typer.Option(help="Office, e.g. 县民政局.")],
    duty: Annotated[list[str], typer.Option(help="A duty; repeat for several.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add an officer; duties wait for a security administrator once two of them are there.

    The password is asked for, never given on the command line's history.
    """
    try:
        with transaction() as session:
            _, waiting = add_by_command(
                session,
                username=username,
                name=name,
                organisation=organisation,
                duties=duty,
                password=password,
                by=SYSTEM,
            )
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{username}: {', '.join(one for one in duty if one not in waiting) or '-'}")
    if waiting:
        typer.echo(
            f"待安全管理员在“人员”页面确认：{', '.join(waiting)}\n"
            f"Waits until a security administrator confirms on the page Officers: {', '.join(waiting)}"
        )


@app.command("list")
def list_all() -> None:
    """List all officers with their duties."""
    with transaction() as session:
        for officer in queries.everyone(session):
            state = "" if officer.active else " (deactivated)"
            typer.echo(
                f"{officer.username}\t{officer.organisation}\t{' '.join(officer.duties)}{state}"
            )


@app.command("deactivate")
def end_access(
    username: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """End an officer's access at once."""
    with transaction() as session:
        officer = queries.by_username(session, username)
        if officer is None:
            typer.echo(f"没有用户 {username}。\nThere is no officer {username}.", err=True)
            raise typer.Exit(1)
        deactivate(session, officer, by=SYSTEM, reason=reason)


@app.command("join")
def join_office(
    username: Annotated[str, typer.Argument(help="What the officer signs in with.")],
    name: Annotated[str, typer.Option(help="Name, as the colleagues know it.")],
    organisation: Annotated[str, typer.Option(help="Office, e.g. 县民政局.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add an officer without duties; two security administrators grant them on the pages."""
    with transaction() as session:
        join(
            session,
            username=username,
            name=name,
            organisation=organisation,
            password=password,
            by=SYSTEM,
        )
    typer.echo(f"{username}: -")


@app.command("move")
def move_office(
    username: Annotated[str, typer.Argument()],
    organisation: Annotated[str, typer.Option(help="The new office.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """Let an officer belong to another office: every duty ends at once."""
    with transaction() as session:
        move(session, _named(session, username), organisation, reason=reason, by=SYSTEM)
    typer.echo(f"{username}: {organisation}")


@app.command("leave")
def leave_office(
    username: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """End an officer's access, duties and signing key at once."""
    with transaction() as session:
        leave(session, _named(session, username), reason=reason, by=SYSTEM)
    typer.echo(f"{username}: -")


@app.command("review")
def review() -> None:
    """List who holds what since when; exit code 1 when something must be looked at."""
    with transaction() as session:
        held = review_list(session)
        for one in held:
            notes = [
                said
                for said, is_so in (
                    ("due", one.is_due),
                    ("unused", one.is_unused),
                    ("conflicting", one.is_conflicting),
                )
                if is_so
            ]
            last = one.signed_in_at.isoformat(timespec="minutes") if one.signed_in_at else "never"
            typer.echo(
                f"{one.officer.username}\t{one.grant.duty}\t{one.grant.division or '-'}\t"
                f"{one.grant.starts_on}\t{last}\t{' '.join(notes) or '-'}"
            )
    if any(one.is_due or one.is_conflicting for one in held):
        raise typer.Exit(1)


def _named(session: Session, username: str) -> Officer:
    officer = queries.by_username(session, username)
    if officer is None:
        raise NotFound("officer")
    return officer


@app.command("key")
def register_signing_key(
    username: Annotated[str, typer.Argument(help="The signer.")],
    public_key: Annotated[str, typer.Argument(help="Ed25519 public key, 64 hex digits.")],
) -> None:
    """Hand in the public half of a signer's key; it signs once a security administrator confirms it."""
    try:
        content = bytes.fromhex(public_key)
    except ValueError:
        raise KeyUnusable from None
    with transaction() as session:
        officer = queries.by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        key = hand_in(session, officer, HandedIn(SOFTWARE, content), by=SYSTEM)
    typer.echo(
        f"{username}: {key.id}\n"
        "待安全管理员在“签名密钥”页面确认后方可签名。\n"
        "Signs nothing until a security administrator confirms it on the page Signing keys."
    )


@app.command("keys")
def list_keys(username: Annotated[str, typer.Argument(help="The signer.")]) -> None:
    """List a signer's keys: id, kind, state, since when."""
    with transaction() as session:
        for key in queries.keys_of(session, _named(session, username)):
            state = "signs" if key.confirmed_at else "waits"
            state = "revoked" if key.revoked_at else state
            since = key.registered_at.isoformat(timespec="minutes")
            typer.echo(f"{key.id}\t{key.algorithm}\t{state}\t{since}")


@app.command("revoke-key")
def revoke_signing_key(
    key: Annotated[UUID, typer.Argument(help="The key's id, as `anxin officers keys` lists it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """Let a key sign nothing from now on; what it signed and has not gone to a bank is not sent."""
    if not REASON_CHARS_MIN <= len(reason.strip()) <= REASON_CHARS_MAX:
        raise WhyRevoked
    with transaction() as session:
        found = queries.key_by_id(session, key)
        if found is None:
            raise NotFound("signing key")
        revoke_key(session, found, by=SYSTEM, reason=reason.strip())
    typer.echo(f"{key}: revoked 已吊销")
