"""``anxin corrections …``: a resident says that data are wrong, each act in an officer's name.

Persons are given by their own ids, never by ID numbers: a command line is kept in histories.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from service.assessment.disputed import about_whom, disputed, value_of
from service.assessment.explain import latest, months_assessed
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.residents.corrections import Loan, ask, end, lend, standing
from service.residents.models import FactCorrection, Person
from service.residents.record.search import is_seen_by, seen

app = typer.Typer(
    help="Corrections that residents ask for. 居民申请的数据更正。", no_args_is_help=True
)
PersonId = Annotated[int, typer.Argument(help="The person's own id. 人员编号。")]
CorrectionId = Annotated[
    UUID, typer.Argument(help="Its id, as “corrections list” prints it. 编号。")
]
By = Annotated[str, typer.Option(help="User name of the officer who does it. 经办人用户名。")]


@app.command("ask")
def ask_one(
    person: PersonId,
    by: By,
    programme: Annotated[str, typer.Option(help="The programme it matters for. 项目代码。")],
    fact: Annotated[str, typer.Option(help="The fact, such as hh.cars. 事实名称。")],
    said: Annotated[str, typer.Option(help="What the resident says. 居民的说明。")],
) -> None:
    """Ask the department that owns a fact to correct it, by a day. 向数据部门申请更正。"""
    with _as_officer(by) as (session, officer):
        require(officer, "corrections.ask")
        kept = seen(session, person, officer)
        months = months_assessed(session)
        assessment = latest(session, months[0]) if months else None
        if assessment is None:
            raise NotFound("decision")
        about = about_whom(session, assessment, kept.id, programme)
        made = ask(session, about, disputed(programme, fact), said=said, by=officer)
        typer.echo(f"{made.id}\t{made.feed}")


@app.command("lend")
def lend_one(
    correction: CorrectionId,
    by: By,
    programme: Annotated[str, typer.Option(help="The programme it matters for. 项目代码。")],
    value: Annotated[
        str, typer.Option(help="What counts meanwhile: yuan, true, a day. 采用的数值。")
    ],
    since: Annotated[str, typer.Option(help="From which day, like 2026-10-01. 起始日期。")],
    until: Annotated[str, typer.Option(help="Until which day. 截止日期。")],
    evidence: Annotated[str, typer.Option(help="What was seen that shows it. 所见证据。")],
) -> None:
    """Let another value count for a time; by another officer. 复核后临时采用。"""
    with _as_officer(by) as (session, officer):
        found = session.get(FactCorrection, correction)
        if found is None:
            raise NotFound("correction")
        kept = value_of(programme, found.fact, value)
        loan = Loan(kept, _day(since), _day(until), evidence)
        made = lend(session, correction, loan, by=officer)
        typer.echo(f"{made.fact} {made.since}–{made.until}")


@app.command("end")
def end_one(
    correction: CorrectionId,
    by: By,
    reason: Annotated[str, typer.Option(help="What came of it; kept for ever. 办理结果。")],
) -> None:
    """End a correction: the data were corrected, or were right. 办结更正申请。"""
    with _as_officer(by) as (session, officer):
        typer.echo(end(session, correction, reason=reason, by=officer).fact)


@app.command("list")
def list_all(
    by: By,
    person: Annotated[int | None, typer.Option(help="Only one person's. 人员编号。")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON. 输出 JSON。")] = False,
) -> None:
    """List the corrections that stand, as an officer may see them. 未办结的更正申请。"""
    with _as_officer(by) as (session, officer):
        require(officer, "tasks.read")
        listed = [
            one
            for one in standing(session, person)
            if is_seen_by(officer, session.get_one(Person, one.person_id))
        ]
        told = [_told(one) for one in listed]
    if as_json:
        typer.echo(json.dumps({"corrections": told}, ensure_ascii=False))
        return
    for line in told:
        typer.echo("\t".join(line.values()))


def _told(one: FactCorrection) -> dict[str, str]:
    counts = ""
    if one.until is not None:
        lapsed = one.until < clock.today()
        counts = f"{one.since}–{one.until}{' lapsed 已到期' if lapsed else ''}"
    return {
        "id": str(one.id), "person": str(one.person_id), "fact": one.fact, "feed": one.feed,
        "asked": clock.civil(one.asked_at).date().isoformat(), "counts": counts,
    }  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text} is not a day like 2026-10-01. 日期格式应为 2026-10-01。"
        ) from None


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
    try:
        with transaction() as session:
            officer = officer_queries.by_username(session, username)
            if officer is None or not officer.active:
                raise NotFound("officer")
            yield session, officer
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None
