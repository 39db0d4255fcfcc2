"""A preview as people read it: who joins, leaves, gets more or less; money; a picture."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.officers.may import may
from service.officers.models import Officer
from service.programmes.models import RulePreview
from service.programmes.proposals import effects_parts as parts
from service.programmes.proposals import words
from service.residents.places.tree import names_of
from service.web.filters import moment, month_name, number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Bar, Cell, Column, Figure, Link, Row

_SMALL = 5
"""Cells of fewer people are not written into what leaves the house."""


@dataclass(frozen=True)
class ProgrammeEffects:
    """One programme's part of a preview."""

    code: str
    name: str
    month: str
    figures: list[Figure]
    bars: list[Bar]
    outcomes: parts.Outcomes
    township_bars: list[Bar]
    township_rows: list[Row]
    band_columns: list[Column]
    band_rows: list[Row]
    biggest_rows: list[Row]
    sample: list[tuple[str, list[Link]]]


@dataclass(frozen=True)
class Effects:
    """A whole preview."""

    said: str
    origin: str
    """Which frozen facts it was counted on, and when."""
    figures: list[Figure]
    columns: list[Column]
    rows: list[Row]
    footer: list[Cell]
    township_columns: list[Column]
    biggest_columns: list[Column]
    programmes: list[ProgrammeEffects]


def effects(
    session: Session, preview: RulePreview, names: dict[str, str], officer: Officer
) -> Effects:
    """Return a preview for one officer; examples of people only for who may see residents."""
    counted: dict[str, Any] = preview.figures["programmes"]
    places = names_of(
        session, {place for one in counted.values() for place in one["townships"] if place}
    )
    before = sum(one["before_fen"] for one in counted.values())
    after = sum(one["after_fen"] for one in counted.values())
    return Effects(
        origin=_origin(preview),
        said=gettext(
            "Counted on the facts frozen for %(snapshot)s, as %(month)s would be decided without and with the change."
        )
        % {
            "snapshot": month_name(Month.parse(preview.figures["snapshot_month"])),
            "month": month_name(Month.parse(preview.figures["month"])),
        },
        figures=[
            Figure(gettext("Programmes touched"), number(len(counted))),
            Figure(gettext("Money before"), yuan(before), gettext("yuan")),
            Figure(gettext("Money after"), yuan(after), gettext("yuan")),
            Figure(gettext("Difference"), _signed(after - before), gettext("yuan")),
        ],
        columns=_columns(),
        rows=[
            _row(names.get(code, code), one, f"#{code}" if _changes(one) else "")
            for code, one in counted.items()
        ],
        footer=[
            gettext("Total"),
            *(
                sum(one[kind] for one in counted.values())
                for kind in ("joins", "leaves", "raised", "lowered", "unchanged", "becomes_unknown")
            ),
            before,
            after,
            after - before,
        ],
        township_columns=_township_columns(),
        biggest_columns=parts.biggest_columns(),
        programmes=[
            _programme(session, code, names.get(code, code), one, places, officer)
            for code, one in counted.items()
            if _changes(one)
        ],
    )


def _origin(preview: RulePreview) -> str:
    digest = preview.figures.get("snapshot_digest", "")
    taken = preview.figures.get("snapshot_taken_at", "")
    if not digest:
        return gettext("Counted on %(made)s.") % {"made": moment(preview.made_at)}
    return gettext(
        "Counted on %(made)s, on the facts %(digest)s that were frozen on %(taken)s."
    ) % {
        "made": moment(preview.made_at),
        "digest": digest[:16],
        "taken": moment(datetime.fromisoformat(taken)),
    }


def _changes(one: dict[str, Any]) -> bool:
    """Return whether a programme comes out otherwise for anybody; the others need no picture."""
    kinds = ("joins", "leaves", "raised", "lowered", "becomes_unknown")
    return any(one[kind] for kind in kinds) or one["before_fen"] != one["after_fen"]


def _filled(buckets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the buckets from the first to the last that holds anybody."""
    held = [place for place, bucket in enumerate(buckets) if bucket["count"]]
    return buckets[held[0] : held[-1] + 1] if held else []


def _columns() -> list[Column]:
    return [
        Column(gettext("Programme")),
        Column(gettext("Joins"), "number"),
        Column(gettext("Leaves"), "number"),
        Column(gettext("Gets more"), "number"),
        Column(gettext("Gets less"), "number"),
        Column(gettext("The same"), "number"),
        Column(gettext("Becomes not known"), "number"),
        Column(gettext("Before"), "money", gettext("yuan")),
        Column(gettext("After"), "money", gettext("yuan")),
        Column(gettext("Difference"), "money", gettext("yuan")),
    ]


def _township_columns() -> list[Column]:
    return [
        Column(gettext("Township")),
        *parts.kind_columns(),
        Column(gettext("Before"), "money", gettext("yuan")),
        Column(gettext("After"), "money", gettext("yuan")),
        Column(gettext("Difference"), "money", gettext("yuan")),
    ]


def exported(preview: RulePreview, names: dict[str, str]) -> list[list[str]]:
    """Return a preview's rows for a file that leaves the house: counts under five are left out."""
    rows = [
        [
            "programme", "name", "township", "joins", "leaves", "raised", "lowered",
            "before_fen", "after_fen",
        ]
    ]  # fmt: skip
    for code, one in preview.figures["programmes"].items():
        places = {"": one, **one["townships"]}
        for place, counts in sorted(places.items()):
            kinds = [counts[kind] for kind in ("joins", "leaves", "raised", "lowered")]
            small = any(0 < count < _SMALL for count in kinds)
            money = [counts["before_fen"], counts["after_fen"]]
            rows.append(
                [
                    code,
                    names.get(code, code),
                    place or "all",
                    *(f"<{_SMALL}" if 0 < count < _SMALL else str(count) for count in kinds),
                    # The money of a few people would tell what was left out.
                    *("" if small else str(fen) for fen in money),
                ]
            )
    return rows


def _row(label: str, one: dict[str, Any], href: str = "") -> Row:
    cells: list[Cell] = [
        label,
        *(one[kind] for kind in ("joins", "leaves", "raised", "lowered", "unchanged")),
        one["becomes_unknown"],
        one["before_fen"],
        one["after_fen"],
        one["after_fen"] - one["before_fen"],
    ]
    return Row(cells, href)


def _programme(
    session: Session,
    code: str,
    name: str,
    one: dict[str, Any],
    places: dict[str, str],
    officer: Officer,
) -> ProgrammeEffects:
    return ProgrammeEffects(
        code=code,
        name=name,
        month=month_name(Month.parse(one["month"])),
        figures=[
            Figure(gettext("Due before"), number(one["due_before"])),
            Figure(gettext("Due after"), number(one["due_after"])),
            Figure(gettext("Not known before"), number(one["unknown_before"])),
            Figure(gettext("Not known after"), number(one["unknown_after"])),
        ],
        bars=[
            Bar(
                words.bucket_words(bucket["from_fen"], bucket["to_fen"]),
                bucket["count"],
                number(bucket["count"]),
                "bad" if bucket["from_fen"] is None or bucket["from_fen"] < 0 else "ok",
            )
            for bucket in _filled(one["buckets"])
        ],
        outcomes=parts.outcomes(one),
        township_bars=parts.township_bars(one, places),
        township_rows=[
            Row(
                [
                    places.get(place, place) or gettext("not known where"),
                    *parts.part_cells(counts),
                ]
            )
            for place, counts in sorted(one["townships"].items())
        ],
        band_columns=parts.band_columns(one["subject"]),
        band_rows=parts.band_rows(one),
        biggest_rows=parts.biggest_rows(session, one, places, officer),
        sample=_sample(one, officer),
    )


def _sample(one: dict[str, Any], officer: Officer) -> list[tuple[str, list[Link]]]:
    if one["subject"] != "person" or not may(officer, "residents.read"):
        return []
    return [
        (words.change_words(kind), [Link(f"#{number}", f"/residents/{number}") for number in ids])
        for kind, ids in one["sample"].items()
        if ids
    ]


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def names_in(programmes: dict[str, Any]) -> dict[str, str]:
    """Return {code: name} of rule programmes in the language of the request."""
    chinese = visit().language == "zh"
    return {code: one.names.zh if chinese else one.names.en for code, one in programmes.items()}
