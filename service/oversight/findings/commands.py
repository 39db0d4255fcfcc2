"""``anxin audit findings …``: the same acts as on the pages, each in an officer's name."""

import json
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.foundation.database import transaction
from service.foundation.money import yuan
from service.officers.may import require
from service.oversight.findings import queries
from service.oversight.findings.open import Proposed, open_finding
from service.oversight.findings.pages import READS, perform
from service.oversight.findings.queries import Wanted
from service.oversight.findings.remind import escalate
from service.oversight.standing.commands import officer_named

app = typer.Typer(help="Findings and their follow-up. 审计发现与整改。", no_args_is_help=True)
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Number = Annotated[str, typer.Argument(help="The finding, like A000012.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day.")]


@app.command("list")
def list_findings(
    by: By,
    state: Annotated[str, typer.Option(help="open, overdue, answered, accepted, closed.")] = "",
    severity: Annotated[str, typer.Option(help="high, medium or low.")] = "",
    office: Annotated[str, typer.Option(help="Put to this office.")] = "",
    month: Annotated[str, typer.Option(help="Opened in this month, like 2026-11.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what an officer may see. 清单。"""
    with transaction() as session:
        officer = officer_named(session, by)
        require(officer, READS)
        found = queries.every(
            session, Wanted(state, severity, office, month), queries.seen_by(officer)
        )
    listed = [
        {
            "finding": one.finding_no, "severity": one.severity, "state": one.state,
            "office": one.organisation, "due_on": one.due_on.isoformat(),
            "amount_fen": one.amount_fen, "sentence": one.sentence,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"findings": listed}, ensure_ascii=False))
        return
    table = Table("Finding", "Severity", "State", "Office", "By", "Yuan", "What was found")
    for one in found:
        table.add_row(
            one.finding_no, one.severity, one.state, one.organisation, one.due_on.isoformat(),
            yuan(one.amount_fen), one.sentence,
        )  # fmt: skip
    Console().print(table)


@app.command("open")
def open_new(
    by: By,
    sentence: Annotated[str, typer.Option(help="What was found.")],
    organisation: Annotated[str, typer.Option(help="The office that answers.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day to answer.")],
    severity: Annotated[str, typer.Option(help="high, medium or low.")] = "medium",
    hit: Annotated[int, typer.Option(help="Number of a standing query's hit; 0 for none.")] = 0,
    evidence: Annotated[str, typer.Option(help="Numbers of lines, lists, entries.")] = "",
) -> None:
    """Open a finding. 提出问题。"""
    if severity not in ("high", "medium", "low"):
        raise typer.BadParameter("severity is high, medium or low")
    with transaction() as session:
        made = open_finding(
            session,
            Proposed(
                severity, sentence, organisation, due.date(), hit_id=hit or None, evidence=evidence
            ),
            by=officer_named(session, by),
        )
        typer.echo(made.finding_no)


@app.command("act")
def act_on(
    number: Number,
    act: Annotated[
        str,
        typer.Argument(help="answer, more-time, give-time, return, accept, close or withdraw."),
    ],
    by: By,
    said: Annotated[str, typer.Option(help="What is said; kept for ever.")],
    measures: Annotated[str, typer.Option(help="Numbers of what was done.")] = "",
    until: Day = None,
) -> None:
    """Answer, ask for or give time, return, accept, close or withdraw. 答复、延期、退回、认可、销号。"""
    with transaction() as session:
        officer = officer_named(session, by)
        finding = queries.by_no(session, number, officer, locked=True)
        day: date | None = until.date() if until else None
        perform(session, finding, act, officer, "", said=said, measures=measures, until=day)
        typer.echo(f"{finding.finding_no}\t{finding.state}")


@app.command("escalate")
def escalate_now() -> None:
    """Put overdue findings before the offices above, as the daily job does. 逾期督办。"""
    with transaction() as session:
        typer.echo(f"{escalate(session)} escalated")
