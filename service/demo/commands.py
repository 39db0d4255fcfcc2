"""Commands of the demonstration: the whole story, the synthetic county, and a server to click in."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.demo.county import make_county
from service.demo.show import summary
from service.demo.story import tell
from service.foundation.money import yuan
from service.foundation.months import Month

county = typer.Typer(help="The synthetic county.", no_args_is_help=True)


@county.command("make")
def make(
    folder: Annotated[Path, typer.Argument(help="Where the deliveries are written.")],
    residents: Annotated[int, typer.Option(min=2_000, help="How many people live there.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same county.")] = 7,
    month: Annotated[str, typer.Option(help="The later of the two months delivered.")] = "2026-10",
) -> None:
    """Write a synthetic county's deliveries as its departments would send them."""
    made = make_county(folder, residents=residents, seed=seed, month=str(Month.parse(month)))
    for name, rows in made.rows.items():
        typer.echo(f"{folder / name}: {len(rows)} feeds, {sum(rows.values()):,} rows")
    typer.echo(f"{made.households:,} households; {yuan(made.budget_yuan * 100)} yuan appropriated.")


def demo(
    residents: Annotated[int, typer.Option(min=2_000, help="How many people live there.")] = 20_000,
    month: Annotated[str, typer.Option(help="The pay month shown in full.")] = "2026-10",
    seed: Annotated[int, typer.Option(help="The same seed makes the same county.")] = 7,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show one pay month, from department files to money on cards, on real engines.

    Run again for the same month it pays nothing twice and says so.
    """
    console = Console(stderr=as_json, quiet=as_json and not Console(stderr=True).is_terminal)
    result = tell(residents, Month.parse(month), seed, console)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        summary(console, result)
    if not result["audit"]["verified"]:
        raise typer.Exit(3)
