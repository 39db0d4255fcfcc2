"""``anxin recalls …``: ask banks not to execute payments and record their answers, two officers each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bank_adapters.cancellation import Answer
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import files_seen_by
from service.dispatch.recall import queries
from service.dispatch.recall.about import about_recall
from service.dispatch.recall.api import detail, told
from service.dispatch.recall.ask import ask
from service.dispatch.recall.by_hand import close, record_answer
from service.dispatch.recall.models import Recall
from service.dispatch.recall.problems import AnswerMissing
from service.dispatch.second_officer import confirm
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer

app = typer.Typer(help="Payments called back from banks. 撤回付款。", no_args_is_help=True)
Number = Annotated[UUID, typer.Argument(help="The recall's id, as listed. 撤回编号。")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
AndBy = Annotated[str, typer.Option(help="User name of the second officer. 第二名人员。")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, help="Of the second officer; asked for.")
]
References = Annotated[
    list[str] | None, typer.Option("--reference", help="A payment; several times for several.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_recalls(
    by: By,
    *,
    still_open: Annotated[bool, typer.Option("--open", help="Only what is not closed.")] = False,
    as_json: AsJson = False,
) -> None:
    """List recalls that an officer may see, those that are not closed first. 撤回清单。"""
    with _act(by) as (session, officer):
        require(officer, "dispatch.read")
        found = queries.listed(session, waiting=still_open, seen=files_seen_by(officer))
        rows = [told(one) for one in found]
    if as_json:
        listed = [one.model_dump(mode="json") for one in rows]
        typer.echo(json.dumps({"recalls": listed}, ensure_ascii=False))
        return
    table = Table("Id", "Reference", "State", "Bank", "Payments", "Yuan", "Answer due")
    for one in rows:
        state = f"{one.state}, late" if one.is_late else one.state
        table.add_row(
            str(one.id), one.reference, state, one.bank, f"{one.count:,}", yuan(one.amount_fen),
            str(one.answer_due_on),
        )  # fmt: skip
    Console().print(table)


@app.command("show")
def show_recall(recall: Number, by: By) -> None:
    """Show one as JSON with its payments. 查看撤回。"""
    with _act(by) as (session, officer):
        require(officer, "dispatch.read", about_recall(session, recall))
        _tell(detail(session, recall))


@app.command("ask")
def ask_recall(
    file: Annotated[UUID, typer.Argument(help="The bank file's id. 银行文件编号。")],
    by: By,
    and_by: AndBy,
    password: Password,
    reason_code: Annotated[str, typer.Option(help="As banks understand it, such as UPAY.")],
    reason: Annotated[str, typer.Option(help="Why; kept for ever.")],
    reference: References = None,
) -> None:
    """Ask a bank not to execute a file, or payments of it. 请求撤回。"""
    with _two(by, and_by, password) as (session, first, second):
        made = ask(
            session, dispatch_queries.locked(session, file), reference or None,
            reason_code=reason_code, reason=reason, by=first, and_by=second,
        )  # fmt: skip
        session.flush()
        _tell(detail(session, made.id))


@app.command("answer")
def record_recall_answer(
    recall: Number,
    said: Annotated[str, typer.Argument(help="cancelled or refused. 同意或拒绝。")],
    by: By,
    and_by: AndBy,
    password: Password,
    evidence: Annotated[str, typer.Option(help="What proves it: a letter, a call. 依据。")],
    reference: References = None,
) -> None:
    """Record what the bank answered on paper or by telephone. 登记银行答复。"""
    with _two(by, and_by, password) as (session, first, second):
        if said not in {Answer.CANCELLED, Answer.REFUSED}:
            raise AnswerMissing
        about_recall(session, recall)
        record_answer(
            session, session.get_one(Recall, recall), Answer(said), reference or None,
            evidence=evidence, by=first, and_by=second,
        )  # fmt: skip
        _tell(detail(session, recall))


@app.command("close")
def close_recall(recall: Number, by: By) -> None:
    """Note a refusal: whoever had to know, knows. 办结。"""
    with _act(by) as (session, officer):
        require(officer, "dispatch.send", about_recall(session, recall))
        close(session, session.get_one(Recall, recall), by=officer)
        _tell(detail(session, recall))


@contextmanager
def _act(username: str) -> Iterator[tuple[Session, Officer]]:
    with _said(), transaction() as session:
        officer = officer_queries.by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        yield session, officer


@contextmanager
def _two(by: str, and_by: str, password: str) -> Iterator[tuple[Session, Officer, Officer]]:
    """Open a transaction for two officers; the second shows who it is by password, as on the page."""
    with _said():
        confirmed = confirm(transaction, and_by, password)
        with _act(by) as (session, first):
            second = officer_queries.by_id(session, confirmed)
            if second is None:
                raise NotFound("officer")
            yield session, first, second


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        typer.echo(f"{problem}\n{problem.say('zh')}", err=True)
        raise typer.Exit(1) from None


def _tell(said: BaseModel) -> None:
    typer.echo(json.dumps(said.model_dump(mode="json"), ensure_ascii=False))
