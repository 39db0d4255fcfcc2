"""Explain a decision on the command line, in sentences or as JSON."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from service.assessment.explain import Whole, explain_one, latest, subjects_of
from service.assessment.told import tell
from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.programmes.telling import Told, as_text
from service.residents.models import Person, Snapshot
from service.residents.reading import read_resident

app = typer.Typer()
_LANGUAGES = ("zh", "en")


@app.command("explain")
def explain_decision(
    month: Annotated[str, typer.Argument(help="The month, like 2026-10. 月份。")],
    person: Annotated[int, typer.Option(help="The person's own id. 人员编号。")],
    programme: Annotated[str, typer.Option(help="The programme's code. 项目代码。")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs. 输出 JSON。")] = False,
    language: Annotated[str, typer.Option(help="zh or en. 语言。")] = "en",
) -> None:
    """Say why a person, or their household, is or is not due a programme. 说明核定理由。"""
    if language not in _LANGUAGES:
        typer.echo("The language is zh or en. 语言为 zh 或 en。", err=True)
        raise typer.Exit(2)
    wanted = Month.parse(month)
    with transaction() as session:
        assessment = latest(session, str(wanted))
        if assessment is None or session.get(Person, person) is None:
            raise NotFound("decision")
        snapshot = session.get_one(Snapshot, assessment.snapshot_id)
        whole: Whole | None = None
        for subject, subject_id in subjects_of(session, snapshot, person):
            try:
                whole = explain_one(session, assessment, subject, subject_id, programme)
            except NotFound:
                continue
            break
        if whole is None:
            raise NotFound("decision")
        read_resident(session, person, by=SYSTEM, purpose="month.explain", fields=[programme])
        told = tell(whole, language, traced=True)
    typer.echo(_json(whole, told) if as_json else as_text(told))


def _json(whole: Whole, told: Told) -> str:
    said = whole.explanation
    found: dict[str, Any] = asdict(told)
    found |= {
        "subject_kind": whole.subject.value,
        "subject_id": whole.subject_id,
        "amount_fen": said.amount_fen,
        "rule_digest": whole.assessment.rule_digest,
        "snapshot_digest": whole.snapshot.digest,
    }
    return json.dumps(found, ensure_ascii=False, indent=2)
