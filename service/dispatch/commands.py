"""Commands about the banks that pay for the county."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import true

from bank_adapters import UnknownProfile
from service.audit.actor import Actor
from service.dispatch.agreed_days import AgreedDays
from service.dispatch.by_hand import queries as by_hand
from service.dispatch.by_hand.api import carried_out
from service.dispatch.channel_terms import ChannelTerms, TermsRefused
from service.dispatch.channels import fund, register_channel
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.money import fen_from_yuan
from service.foundation.not_opened import why_not_opened
from service.foundation.problems import Problem
from service.ledger.queries import channels as every_channel

app = typer.Typer(help="The banks that pay for the county.", no_args_is_help=True)


class TermsUnusable(Problem):
    """A channel's terms are incomplete or name a profile that is not there."""

    code = "channel_terms_unusable"
    status = 422
    title = "The bank's terms cannot be used"

    def __init__(self, why: str, why_zh: str = "") -> None:
        super().__init__(
            f"The bank's terms cannot be used: {why}.", f"银行通道信息无法使用：{why_zh or why}。"
        )


@app.command("register")
def register(
    terms: Annotated[Path, typer.Argument(help="JSON file with the agreed terms; see the guide.")],
    password: Annotated[
        str | None,
        typer.Option(help="Of our user at the bank's server; asked for where there is a server."),
    ] = None,
    opening: Annotated[
        str, typer.Option(help="Yuan on the debit account when it was opened.")
    ] = "",
    client_certificate: Annotated[
        Path | None,
        typer.Option(help="PEM of our own certificate, where the bank's server asks for one."),
    ] = None,
    client_key: Annotated[
        Path | None, typer.Option(help="PEM of its private key; it is kept sealed.")
    ] = None,
) -> None:
    """Add a bank, or change where its server is; the password is asked for and kept sealed."""
    try:
        given = json.loads(terms.read_text(encoding="utf-8"))
        given["bank_code_prefixes"] = tuple(given.get("bank_code_prefixes", ()))
        days = given.pop("days", {})
        days["closed_days"] = tuple(days.get("closed_days", ()))
        given["days"] = AgreedDays(**days)
        for name, path in (("client_certificate", client_certificate), ("client_key", client_key)):
            if path is not None:
                given[name] = path.read_text(encoding="ascii")
        if password is None and given.get("kind") != "folder":
            password = typer.prompt("Password", hide_input=True)
        agreed = ChannelTerms(**given, password=password or "")
    except TermsRefused as refused:
        raise TermsUnusable(refused.sentence_en, refused.sentence_zh) from None
    except OSError as wrong:
        why, why_zh = why_not_opened(wrong)
        which = wrong.filename or terms
        raise TermsUnusable(f"{which}: {why}", f"{which}：{why_zh}") from None
    except (ValueError, TypeError, AttributeError) as wrong:
        raise TermsUnusable(str(wrong)) from None
    try:
        with transaction() as session:
            channel = register_channel(session, agreed, by=Actor(kind="system", id="command line"))
            if opening:
                fund(session, channel, fen_from_yuan(opening), on=clock.today())
    except TermsRefused as refused:
        raise TermsUnusable(refused.sentence_en, refused.sentence_zh) from None
    except UnknownProfile as unknown:
        raise TermsUnusable(str(unknown)) from None
    typer.echo(f"{agreed.code}: {agreed.name}, {agreed.profile}")


@app.command("list")
def list_all() -> None:
    """List the banks: code, name, adapter profile, server."""
    with transaction() as session:
        for channel in every_channel(session):
            where = channel.url or f"{channel.username}@{channel.host}:{channel.port}"
            typer.echo(f"{channel.code}\t{channel.name}\t{channel.profile}\t{where}")


@app.command("carried")
def list_carried(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the files that wait for a clerk or a second officer: bank, file, SHA-256, since when."""
    with transaction() as session:
        found = [carried_out(one) for one in by_hand.carried(session, true())]
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
        return
    if not found:
        typer.echo("No file waits to be carried. 没有待送交的文件。", err=True)
    for one in found:
        since = f"{clock.civil(one.laid_out_at):%Y-%m-%d %H:%M}" if one.laid_out_at else ""
        asked = f"{one.asked.said}, to be confirmed" if one.asked else ""
        state = "taken back" if one.taken_back else asked or "to be carried"
        typer.echo(f"{one.channel}\t{one.file_name}\t{one.sha256}\t{since}\t{state}")
