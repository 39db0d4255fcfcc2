"""``anxin audit sample …``: plan, draw, judge, and what the sample says; each in an auditor's name."""

import json
from typing import Annotated

import typer

from service.foundation.database import transaction
from service.foundation.ids import number_of, reference_of
from service.foundation.problems import NotFound
from service.officers.may import require
from service.oversight.samples import work
from service.oversight.samples.exported import csv_rows
from service.oversight.samples.models import AuditSample
from service.oversight.samples.say import say
from service.oversight.standing.commands import officer_named

app = typer.Typer(help="Samples with a seed that nobody chose. 抽样。", no_args_is_help=True)
By = Annotated[str, typer.Option(help="User name of the auditor.")]
Number = Annotated[str, typer.Argument(help="The sample, like S000012.")]
Nonce = Annotated[str, typer.Option(help="16 characters and more that only the auditor knows.")]


@app.command("plan")
def plan_sample(
    by: By,
    month: Annotated[str, typer.Option(help="The pay month, like 2026-10.")],
    programme: Annotated[str, typer.Option(help="The programme's code.")],
    size: Annotated[int, typer.Option(min=1, max=100_000, help="How many lines.")],
    nonce: Nonce,
    *,
    money_unit: Annotated[bool, typer.Option("--money-unit", help="Draw by money.")] = False,
    stratify: Annotated[str, typer.Option(help="township, or nothing.")] = "",
    township: Annotated[str, typer.Option(help="Nine digits: of this township alone.")] = "",
) -> None:
    """Freeze what is drawn from and commit to how, before anybody knows the seed. 承诺。"""
    if stratify not in ("", "township") or (stratify and money_unit):
        raise typer.BadParameter("stratify is township, and not together with --money-unit")
    method = "money_unit" if money_unit else "stratified" if stratify else "simple"
    with transaction() as session:
        officer = officer_named(session, by)
        wanted = work.Plan(programme, month, method, size, nonce, township)
        made = work.plan(session, wanted, by=officer)
        typer.echo(f"{made.sample_no}\t{made.population_count:,} lines\t{made.population_digest}")


@app.command("draw")
def draw_sample(number: Number, by: By, nonce: Nonce) -> None:
    """Draw it, once a checkpoint was signed after the commitment. 抽取。"""
    with transaction() as session:
        officer = officer_named(session, by)
        for one in work.draw(
            session, work.by_no(session, number, locked=True), nonce=nonce, by=officer
        ):
            typer.echo(f"{reference_of(one.payment_id)}\t{one.fen}")


@app.command("judge")
def judge_line(
    number: Number,
    line: Annotated[str, typer.Argument(help="The line's reference.")],
    by: By,
    outcome: Annotated[str, typer.Option(help="agrees, error, missing, or asked.")],
    note: Annotated[str, typer.Option(help="What was seen.")],
    error_fen: Annotated[int, typer.Option(help="Paid too much; negative: too little.")] = 0,
) -> None:
    """Keep what was found in a drawn line. 评定。"""
    payment_id = number_of(line)
    if payment_id is None:
        raise NotFound("line")
    with transaction() as session:
        say(
            session, work.by_no(session, number, locked=True), payment_id, outcome=outcome,
            error_fen=error_fen, note=note, by=officer_named(session, by),
        )  # fmt: skip


@app.command("show")
def show_sample(number: Number, by: By) -> None:
    """Print the plan, the seed, and the estimate with its bounds, as JSON. 推断。"""
    with transaction() as session:
        require(officer_named(session, by), work.ACT)
        sample = work.by_no(session, number)
        told = {
            "sample": sample.sample_no, "programme": sample.programme, "month": sample.month,
            "township": sample.township,
            "method": sample.method, "size": sample.size,
            "population": sample.population_count, "population_fen": sample.population_fen,
            "population_sha256": sample.population_digest, "nonce_sha256": sample.commitment,
            "nonce": sample.nonce, "checkpoint_size": sample.checkpoint_size,
            "seed": sample.seed, "estimate": vars(work.estimate(session, sample)),
        }  # fmt: skip
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


@app.command("csv")
def write_csv(number: Number, by: By) -> None:
    """Write the drawn lines with what was found in each, as CSV. 导出。"""
    with transaction() as session:
        require(officer_named(session, by), work.ACT)
        for row in csv_rows(session, work.by_no(session, number)):
            typer.echo(row, nl=False)


@app.command("population")
def print_population(number: Number, by: By) -> None:
    """Print the frozen population, from which anybody draws the same. 总体。"""
    with transaction() as session:
        require(officer_named(session, by), work.ACT)
        sample: AuditSample = work.by_no(session, number)
        typer.echo(work.population_of(sample), nl=False)
