"""``anxin audit search`` and ``timeline``: the trail as an auditor sees it in the browser."""

import json
from typing import Annotated

import typer

from service.audit.actor import SYSTEM
from service.audit.visible import visible
from service.foundation import clock
from service.foundation.database import transaction
from service.oversight.search import find
from service.oversight.search.exported import EXPORT_ROWS_MAX, csv_parts
from service.oversight.search.told import EXPORTED, SEARCHED, searched
from service.oversight.search.view import who_of
from service.oversight.search.wanted import Asked, SearchUnusable, Wanted
from service.oversight.timeline.api import said_of
from service.oversight.timeline.gather import gather
from service.oversight.timeline.scope import of_batch, of_payment
from service.oversight.words.acts import in_words
from service.oversight.words.things import shown
from service.web import here

app = typer.Typer(no_args_is_help=True)
Language = Annotated[str, typer.Option(help="zh or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Only = Annotated[
    list[str] | None,
    typer.Option(
        help=f"What is looked for, like act=batch. or thing=MZ15-2026-10-01; one of {', '.join(Asked.model_fields)}. May be given several times."
    ),
]


@app.command("search")
def search_trail(
    only: Only = None,
    limit: Annotated[int, typer.Option(min=1, max=EXPORT_ROWS_MAX, help="At most so many.")] = 50,
    language: Language = "zh",
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, without the limit.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search the audit trail, the newest entry first; the search itself is recorded. 检索审计留痕。"""
    here.enter(here.Visit(language=language))
    wanted = _wanted(only or [])
    with transaction() as session:
        resolved = find.page(session, wanted).resolved
        searched(session, wanted, resolved, by=SYSTEM, act=EXPORTED if as_csv else SEARCHED)
    with transaction() as session:
        if as_csv:
            for part in csv_parts(session, wanted):
                typer.echo(part, nl=False)
            return
        found = list(find.every(session, wanted, most=limit))
        if as_json:
            listed = [
                {"id": str(one.id), "index": one.index, "at": one.at.isoformat(), "said": one.said}
                for one in found
            ]
            typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        names = who_of(session, found)
        things = shown(session, [(one.object_type, one.object_id) for one in found])
        for one in found:
            said = [
                f"{clock.civil(one.at):%Y-%m-%d %H:%M:%S}",
                in_words(one.act),
                names[one.actor_kind, one.actor_id],
                things[one.object_type, one.object_id].name,
                visible(one.said.get("reason", "")),
            ]
            typer.echo("  ".join(filter(None, said)))


@app.command("timeline")
def tell_timeline(
    payment: Annotated[
        str, typer.Argument(help="A payment's reference, or a list's number with --batch.")
    ],
    language: Language = "zh",
    *,
    batch: Annotated[bool, typer.Option("--batch", help="It is a list's number.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell a payment's way from law to card, first to last; looking is recorded. 一笔钱的全程。"""
    here.enter(here.Visit(language=language))
    with transaction() as session:
        scope = of_batch(session, payment) if batch else of_payment(session, payment)
        timeline = gather(session, scope, by=SYSTEM)
        if as_json:
            typer.echo(said_of(timeline).model_dump_json(indent=2))
            return
        for one in timeline.happenings:
            place = "" if one.index is None else f"#{one.index}"
            told = [f"{clock.civil(one.at):%Y-%m-%d %H:%M:%S}", one.step_in_words, one.what]
            typer.echo("  ".join(filter(None, [*told, one.who, one.note, place])))


def _wanted(only: list[str]) -> Wanted:
    asked = dict(one.partition("=")[::2] for one in only)
    for name in asked:
        if name not in Asked.model_fields:
            raise SearchUnusable(
                name[:40],
                asked[name][:40],
                f"give one of {', '.join(Asked.model_fields)}",
                f"可用的条件是 {'、'.join(Asked.model_fields)}",
            )
    return Asked.model_validate(asked).wanted
