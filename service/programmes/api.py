"""The service guide for programs, without signing in: who, how much, when, under which law."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Words
from service.foundation import clock
from service.foundation.months import Month
from service.programmes.describe import described
from service.programmes.guide.entries import Entry, entries, entry
from service.programmes.guide.kept import in_force, programme_in
from service.programmes.guide.search import WORDS_MAX, Wanted, found
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/programmes", tags=["programmes"])

_OLD_AGE: dict[str, Any] = {
    "code": "MZ15",
    "names": {"zh": "高龄津贴（80至99周岁）", "en": "Old-age allowance (80 to 99)"},
    "department": {"key": "minzheng", "zh": "民政", "en": "Civil affairs"},
    "groups": [{"key": "elderly", "zh": "老年人", "en": "older people"}],
    "for_whom": {"zh": "满80周岁，未满100周岁", "en": "aged 80 to 99"},
    "amount": {"zh": "60.00至100.00元", "en": "60.00 to 100.00 yuan"},
    "low_fen": 6000,
    "high_fen": 10000,
    "evidence": "sourced",
    "frequency": "monthly",
    "application": False,
}


class Said(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class Named(Said):
    """A name with the key that a filter takes."""

    key: str


class ProgrammeLine(BaseModel):
    """One programme in a line."""

    code: str
    names: Said
    department: Named
    groups: list[Named] = Field(description="Whom it is for, as its conditions ask.")
    for_whom: Said
    amount: Said
    low_fen: int | None = Field(
        description="The least, in whole fen; null where it depends on the person."
    )
    high_fen: int | None
    evidence: str = Field(description="How far the figures can be trusted.")
    frequency: str
    application: bool = Field(description="Whether somebody has to apply, once.")

    model_config = {"json_schema_extra": {"examples": [_OLD_AGE]}}


class ProgrammesOut(BaseModel):
    """The programmes that were asked for, as of a month."""

    month: str = Field(examples=["2026-11"])
    total: int
    programmes: list[ProgrammeLine]

    model_config = {
        "json_schema_extra": {
            "examples": [{"month": "2026-11", "total": 1, "programmes": [_OLD_AGE]}]
        }
    }


class ProgrammeOut(BaseModel):
    """One programme: its line, and everything its rule says with its law and dated figures."""

    in_short: ProgrammeLine
    rule: dict[str, Any] = Field(
        description="Law, conditions, amount, dated figures, start and stops, proofs replaced.",
        examples=[{"code": "MZ15", "month": "2026-11", "law": [], "conditions": []}],
    )


@router.get("")
def list_programmes(
    session: Transaction,
    q: Annotated[
        str,
        Query(max_length=WORDS_MAX, description="Words, Chinese or English.", examples=["老人"]),
    ] = "",
    whom: Annotated[
        str, Query(max_length=20, description="A group's key.", examples=["elderly"])
    ] = "",
    department: Annotated[
        str, Query(max_length=20, description="A department's key.", examples=["minzheng"])
    ] = "",
    paid: Annotated[
        str, Query(max_length=20, description="by_itself or apply.", examples=["by_itself"])
    ] = "",
    often: Annotated[
        str, Query(max_length=20, description="month, year or once.", examples=["month"])
    ] = "",
) -> ProgrammesOut:
    """Find programmes, the best first where words are looked for."""
    month = Month.of(clock.today())
    kept = in_force(session, month)
    every = entries(kept.rules, RuleMonth.parse(str(month)))
    lines = found(every, Wanted(q, whom, department, paid, often), kept.rules.programmes)
    return ProgrammesOut(
        month=str(month), total=len(lines), programmes=[_line(one) for one in lines]
    )


@router.get("/{code}")
def one_programme(session: Transaction, code: str) -> ProgrammeOut:
    """Tell everything that is public about one programme: the whole rule is."""
    month = Month.of(clock.today())
    at = RuleMonth.parse(str(month))
    one = programme_in(in_force(session, month), code)
    return ProgrammeOut(in_short=_line(entry(one, at)), rule=described(one, at))


def _line(one: Entry) -> ProgrammeLine:
    return ProgrammeLine(
        code=one.code,
        names=_said(one.names),
        department=Named(
            key=one.department, zh=one.department_words.zh, en=one.department_words.en
        ),
        groups=[Named(key=each.key, zh=each.words.zh, en=each.words.en) for each in one.groups],
        for_whom=_said(one.for_whom),
        amount=_said(one.amount),
        low_fen=one.low_fen,
        high_fen=one.high_fen,
        evidence=one.evidence,
        frequency=one.frequency,
        application=one.application,
    )


def _said(words: Words) -> Said:
    return Said(zh=words.zh, en=words.en)
