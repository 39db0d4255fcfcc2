"""Which part of a month a run makes the lists of: all of it or a township, regular or supplementary."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, MonthRun
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.residents.models import Division, Person

Kind = Literal["regular", "supplementary"]
TOWNSHIP_DIGITS = 9
LISTED = ("regular", "supplementary")
"""The kinds of batches that are a month's own lists."""


@dataclass(frozen=True)
class Part:
    """A place (nine digits of a township, "" for the county) and a kind."""

    division: str = ""
    kind: Kind = "regular"


WHOLE = Part()


class NoListYet(Problem):
    """A supplementary run of a programme that has no regular list."""

    code = "no_list_yet"
    status = 409
    title = "There is no list to supplement"

    def __init__(self, month: str, codes: list[str]) -> None:
        named = ", ".join(codes)
        super().__init__(
            f"{month} has no regular list of {named or 'any programme'} here yet; make the regular lists first."
            if named
            else f"{month} has no regular list here yet; make the regular lists first.",
            f"{month} 尚无常规发放清单{f'（{named}）' if named else ''}，请先编制常规清单。",
        )


class TownshipUnknown(Problem):
    """No township of the county has the code."""

    code = "township_unknown"
    status = 422
    title = "There is no such township"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"“{code}” is no township of this county; give its nine or twelve digits.",
            f"“{code}”不是本县乡镇（街道）的区划代码，请填写九位或十二位代码。",
        )


def townships(session: Session) -> dict[str, str]:
    """Return {nine digits: name} of the county's townships, by the register of divisions.

    Without a register they are those in which somebody lives, called by their codes.
    """
    county = settings().county_division
    found = session.execute(
        select(Division.code, Division.name).where(
            Division.level == "township", func.left(Division.code, len(county)) == county
        )
    ).all()
    if not found:
        lived_in = func.left(Person.division, TOWNSHIP_DIGITS)
        codes = session.scalars(
            select(lived_in).where(func.left(Person.division, len(county)) == county).distinct()
        )
        return {code: f"{code}000" for code in sorted(codes)}
    return {code[:TOWNSHIP_DIGITS]: name for code, name in sorted(found)}


def township(session: Session, code: str) -> str:
    """Return the nine digits of a township given with nine or twelve; raises TownshipUnknown."""
    digits = code.removesuffix("000") if len(code) > TOWNSHIP_DIGITS else code
    if digits not in townships(session):
        raise TownshipUnknown(code)
    return digits


def part_of(run: MonthRun) -> Part:
    """Return the part of the month that a run makes."""
    return Part(run.division, "supplementary" if run.kind == "supplementary" else "regular")


def with_regular_list(session: Session, month: str, part: Part) -> set[str]:
    """Return the programmes that have a regular list of the month which the part's place is on."""
    found = session.execute(
        select(Batch.programme, Batch.division).where(Batch.month == month, Batch.kind == "regular")
    )
    return {code for code, place in found if not part.division or part.division.startswith(place)}


def possible(session: Session, month: str, part: Part, codes: tuple[str, ...]) -> list[str]:
    """Return those of some programmes whose lists the part can have.

    Every one for a regular run; for a supplementary one those that have a regular list there.
    """
    if part.kind == "regular":
        return list(codes)
    have = with_regular_list(session, month, part)
    return [code for code in codes if code in have]
