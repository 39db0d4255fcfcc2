"""Months for programs: start the work on one, and read how far it has come."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches import figures
from service.batches.models import MonthRun
from service.batches.month import press
from service.batches.offer import require_run
from service.batches.part import WHOLE
from service.batches.run_pages import NothingChosen, part_asked
from service.batches.stages import stages
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.officers.acting import Act, Declared, NoMore
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.programmes.in_force import payable
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/months", tags=["months"])
MonthName = Annotated[str, Path(max_length=10, examples=["2026-10"])]
Code = Annotated[str, Field(max_length=40)]


class RunIn(Declared):
    """What is run: some programmes, for the county or a township."""

    codes: list[Code] = Field(max_length=1_000, examples=[["MZ15"]], description="Programmes.")
    kind: Literal["regular", "supplementary"] = "regular"
    division: str = Field(
        default="", max_length=12, examples=["330523100"], description="A township; empty: the county."
    )  # fmt: skip


class StageOut(Declared):
    """One stage of a run; its jobs by how they stand."""

    kind: str = Field(examples=["month.build"])
    jobs: dict[str, int] = Field(examples=[{"done": 41, "queued": 2}])
    is_over: bool


class MonthRunOut(Declared):
    """A run of a month and how far it has come."""

    id: UUID
    month: str = Field(examples=["2026-10"])
    programmes: list[str] = Field(examples=[["MZ15"]])
    kind: str = Field(examples=["regular"])
    division: str
    stage: str = Field(
        examples=["assessed"], description="waiting, frozen, assessed, built or failed."
    )
    built: int = Field(description="Of how many programmes the lists are made.")
    problem: str = Field(description="The code of the problem that stopped it, or empty.")
    requested_at: datetime
    finished_at: datetime | None
    stages: list[StageOut]


@router.post("/{month}/build", status_code=202)
def build_month(act: Act, month: MonthName, body: NoMore) -> MonthRunOut:
    """Freeze, assess and build a whole month; one that is going already is answered as it stands.

    Problems: ``run_going``, ``bad_month``.
    """
    wanted = Month.parse(month)
    codes = payable(act.session, wanted)
    require_run(act.officer, WHOLE, codes)
    return act.once(
        body, _told(act.session, lambda: press(act.session, wanted, by=act.by)), MonthRunOut
    )


@router.post("/{month}/run", status_code=202)
def run_part(act: Act, month: MonthName, body: RunIn) -> MonthRunOut:
    """Run some programmes of a month, for the county or a township.

    Problems: ``nothing_chosen``, ``no_list_yet``, ``run_going``, ``bad_month``.
    """
    wanted = Month.parse(month)
    part = part_asked(act.session, body.kind, body.division)
    if not set(body.codes) <= set(payable(act.session, wanted)):
        raise NotFound("programme")
    require_run(act.officer, part, tuple(body.codes))

    def do() -> MonthRun:
        if not body.codes:
            raise NothingChosen
        return press(act.session, wanted, by=act.by, programmes=tuple(body.codes), part=part)

    return act.once(body, _told(act.session, do), MonthRunOut)


@router.get("/{month}/run")
def read_run(session: Transaction, officer: SignedInOfficer, month: MonthName) -> MonthRunOut:
    """A month's newest run."""
    require(officer, "assessment.run")
    require(officer, "batches.build")
    run = figures.last_run(session, str(Month.parse(month)))
    if run is None:
        raise NotFound("run")
    return _out(session, run)


def _told(session: Session, do: Callable[[], MonthRun]) -> Callable[[], MonthRunOut]:
    return lambda: _out(session, do())


def _out(session: Session, run: MonthRun) -> MonthRunOut:
    return MonthRunOut(
        id=run.id,
        month=run.month,
        programmes=run.programmes,
        kind=run.kind,
        division=run.division,
        stage=run.stage,
        built=figures.built_of(session, run),
        problem=run.problem or "",
        requested_at=run.requested_at,
        finished_at=run.finished_at,
        stages=[
            StageOut(kind=one.kind, jobs=dict(one.states), is_over=one.is_over)
            for one in stages(session, run)
        ],
    )
