"""Parts of a preview: what comes of it for how many and how much, by age or size, the biggest changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.officers.reach import reaches
from service.programmes.proposals import words
from service.residents.models import Person
from service.web.filters import number, yuan
from service.web.language import gettext, translatable
from service.web.view_models import Bar, Cell, Column, Row, Tone

_OUTCOMES: dict[str, tuple[str, Tone]] = {
    "joins": (translatable("gained"), "ok"),
    "raised": (translatable("more"), "ok"),
    "unchanged": (translatable("same"), ""),
    "lowered": (translatable("less"), "bad"),
    "leaves": (translatable("lost"), "bad"),
    "becomes_unknown": (translatable("becomes not known"), "warn"),
}
"""In the order of a picture, from the best to the worst."""


@dataclass(frozen=True)
class Outcomes:
    """What comes of it: a bar for each outcome, and the same numbers with their money."""

    bars: list[Bar]
    columns: list[Column]
    rows: list[Row]
    footer: list[Cell]


def outcomes(one: Mapping[str, Any]) -> Outcomes:
    """Return what comes of a change for one programme's people."""
    money: Mapping[str, Any] = one.get("money", {})
    nothing = {"before_fen": 0, "after_fen": 0}
    rows = []
    for kind, (text, tone) in _OUTCOMES.items():
        if not one[kind]:
            continue
        sums = money.get(kind, nothing)
        before, after = sums["before_fen"], sums["after_fen"]
        rows.append(
            Row(
                [gettext(text), one[kind], before, after, after - before],
                tone=tone if tone in {"bad", "warn"} else "",
            )
        )
    return Outcomes(
        bars=[
            Bar(gettext(text), one[kind], number(one[kind]), tone)
            for kind, (text, tone) in _OUTCOMES.items()
        ],
        columns=[
            Column(gettext("Outcome")),
            Column(gettext("People or households"), "number"),
            *_money_columns(),
        ],
        # A preview that was kept before money was counted by outcome has only the bars.
        rows=rows if money else [],
        footer=[
            gettext("Total"),
            sum(one[kind] for kind in _OUTCOMES),
            one["before_fen"],
            one["after_fen"],
            one["after_fen"] - one["before_fen"],
        ],
    )


def band_columns(subject: str) -> list[Column]:
    """Return the columns of the parts by age or by members."""
    label = gettext("Members") if subject == "household" else gettext("Age")
    return [Column(label), *kind_columns(), *_money_columns()]


def band_rows(one: Mapping[str, Any]) -> list[Row]:
    """Return the parts by age or by members, the lowest first, those not known last."""
    bands: Mapping[str, Any] = one.get("bands", {})
    lows = sorted((key for key in bands if key), key=int)
    return [
        Row([words.band_words(one["subject"], key), *part_cells(bands[key])])
        for key in (*lows, *([""] if "" in bands else []))
    ]


def kind_columns() -> list[Column]:
    """Return the columns of how many."""
    return [
        Column(gettext("Joins"), "number"),
        Column(gettext("Leaves"), "number"),
        Column(gettext("Gets more"), "number"),
        Column(gettext("Gets less"), "number"),
    ]


def part_cells(counts: Mapping[str, int]) -> list[Cell]:
    """Return a part's counts and money."""
    before, after = counts["before_fen"], counts["after_fen"]
    kinds = [counts[kind] for kind in ("joins", "leaves", "raised", "lowered")]
    return [*kinds, before, after, after - before]


def biggest_columns() -> list[Column]:
    """Return the columns of the biggest changes."""
    return [
        Column(gettext("Who"), "name"),
        Column(gettext("Township")),
        *_money_columns(),
    ]


def biggest_rows(
    session: Session, one: Mapping[str, Any], places: Mapping[str, str], officer: Officer
) -> list[Row]:
    """Return the biggest changes; a masked name only of whom the officer may look at."""
    kept = one.get("biggest", [])
    known = (
        _people(session, [each["id"] for each in kept], officer)
        if one["subject"] == "person"
        else {}
    )
    rows = []
    for each in kept:
        person = known.get(each["id"])
        before, after = each["before_fen"], each["after_fen"]
        rows.append(
            Row(
                [
                    person.name if person else None,
                    places.get(each["township"], each["township"]) or gettext("not known where"),
                    before,
                    after,
                    after - before,
                ],
                f"/residents/{person.id}" if person and person.name else "",
            )
        )
    return rows


def _people(session: Session, ids: list[int], officer: Officer) -> dict[int, Person]:
    found = session.scalars(select(Person).where(Person.id.in_(ids)))
    return {one.id: one for one in found if reaches(officer, "residents.read", one.division)}


def _money_columns() -> list[Column]:
    unit = gettext("yuan")
    return [
        Column(gettext("Before"), "money", unit),
        Column(gettext("After"), "money", unit),
        Column(gettext("Difference"), "money", unit),
    ]


def township_bars(one: Mapping[str, Any], places: Mapping[str, str]) -> list[Bar]:
    """Return how much more or less each township gets, the most first; its money is in the table."""
    changed = {
        place: counts["after_fen"] - counts["before_fen"]
        for place, counts in one["townships"].items()
    }
    return [
        Bar(
            places.get(place, place) or gettext("not known where"),
            abs(fen),
            f"+{yuan(fen)}" if fen > 0 else yuan(fen),
            "ok" if fen > 0 else "bad",
        )
        for place, fen in sorted(changed.items(), key=lambda pair: -abs(pair[1]))
        if fen
    ]
