"""``anxin audit queries …``: the standing queries, run by hand in an auditor's name."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.standing import queries
from service.oversight.standing.aside import set_aside
from service.oversight.standing.catalogue import QUERIES, by_code
from service.oversight.standing.engine import keep, run_apart
from service.oversight.standing.words import says

app = typer.Typer(help="Standing queries. 常设查询。", no_args_is_help=True)
READS = "audit.read"
By = Annotated[str, typer.Option(help="User name of the auditor who does it.")]
Code = Annotated[str, typer.Argument(help="The query's code, like paid_after_death.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_queries(by: By, *, as_json: AsJson = False) -> None:
    """List the queries, when each ran last, and what it found. 查询清单。"""
    with transaction() as session:
        require(officer_named(session, by), READS)
        known = queries.standings(session)
    listed = []
    for query in QUERIES:
        standing = known.get(query.code)
        run = standing.run if standing else None
        listed.append(
            {
                "code": query.code, "version": query.version, "severity": query.severity,
                "title": query.title_en, "title_zh": query.title_zh,
                "run": run.number if run else 0, "as_of": run.as_of.isoformat() if run else "",
                "open": standing.open if standing else 0,
                "open_fen": standing.open_fen if standing else 0,
                "query_sha256": query.digest,
            }
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"queries": listed}, ensure_ascii=False))
        return
    table = Table("Code", "Severity", "Query", "Run", "Open hits", "Yuan")
    for one in listed:
        table.add_row(
            str(one["code"]), str(one["severity"]), f"{one['title']} {one['title_zh']}",
            str(one["run"] or "never"), f"{one['open']:,}", yuan(int(str(one["open_fen"]))),
        )  # fmt: skip
    Console().print(table)


@app.command("run")
def run_query(
    by: By,
    code: Annotated[str, typer.Argument(help="The query's code; all of them if left out.")] = "",
) -> None:
    """Run one query now, or all, and keep what was found. 立即执行。"""
    chosen = [by_code(code)] if code else list(QUERIES)
    with transaction() as session:
        require(officer_named(session, by), READS)
    for query in chosen:
        seen = run_apart(query)
        with transaction() as session:
            made = keep(session, query, seen, by=officer_named(session, by).actor())
        if made is not None:
            typer.echo(
                f"{query.code}\trun {made.number}\t{made.found:,} hits\t{made.new:,} new\t"
                f"{made.changed:,} changed\t{made.still:,} still there\t{made.gone:,} gone"
            )


@app.command("show")
def show_run(
    code: Code,
    by: By,
    run: Annotated[int, typer.Option(min=0, help="The run's number; 0 is the last one.")] = 0,
    standing: Annotated[str, typer.Option(help="new, changed, still, gone, aside or open.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Fifty hits a page.")] = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a run found. 查看命中。"""
    query = by_code(code)
    with transaction() as session:
        require(officer_named(session, by), READS)
        found = queries.run_no(session, code, run or None)
        hits, total = queries.hits_of(session, found, standing=standing, page=page)
    if as_json:
        typer.echo(json.dumps(told(found.number, total, hits), ensure_ascii=False))
        return
    typer.echo(f"{query.title_en} {query.title_zh}: run {found.number}, as of {found.as_of}")
    typer.echo(f"sha256 of what was asked: {found.query_digest}")
    for one in hits:
        typer.echo(f"{one.hit.id}\t{one.standing}\t{one.hit.subject}\t{yuan(one.hit.amount_fen)}")
        typer.echo(
            f"    {says(query, one.hit.evidence, 'en')}\n    {says(query, one.hit.evidence, 'zh')}"
        )
    typer.echo(f"{total:,} hits")


@app.command("set-aside")
def set_hit_aside(
    hit: Annotated[int, typer.Argument(help="The hit's number, as show prints it.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why it is a false alarm; kept for ever.")],
) -> None:
    """Call a hit a false alarm, for this evidence only. 设为误报。"""
    with transaction() as session:
        set_aside(session, hit, reason=reason, by=officer_named(session, by))


def told(run: int, total: int, hits: list[queries.Shown]) -> dict[str, Any]:
    """Return a run's hits for programs."""
    return {
        "run": run,
        "total": total,
        "hits": [
            {
                "id": one.hit.id, "subject": one.hit.subject, "standing": one.standing,
                "amount_fen": one.hit.amount_fen, "evidence": one.hit.evidence,
                "evidence_sha256": one.hit.evidence_digest.hex(), "set_aside": one.aside,
            }
            for one in hits
        ],
    }  # fmt: skip


def officer_named(session: Session, username: str) -> Officer:
    """Return the officer in whose name a command acts; raises NotFound."""
    found = officer_queries.by_username(session, username)
    if found is None:
        raise NotFound("officer")
    return found
