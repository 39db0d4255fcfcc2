"""Sources for programs: how each stands, and asking for a look at one now."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from service.officers.acting import Act, Declared, NoMore
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.intake.ask_look import ask_look
from service.residents.intake.queries import every_source
from service.residents.models import FeedSource
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/sources", tags=["feeds"])


class SourceOut(Declared):
    """A standing source and what its last look came to."""

    code: str
    kind: str = Field(examples=["sftp"], description="folder, sftp, push or database.")
    feeds: list[str] = Field(examples=[["GA_HUKOU"]])
    active: bool
    last_run_at: datetime | None
    sentence: str
    sentence_zh: str


@router.get("")
def list_sources(session: Transaction, officer: SignedInOfficer) -> list[SourceOut]:
    """Every source."""
    require(officer, "sources.read")
    return [_out(one) for one in every_source(session)]


@router.post("/{code}/run", status_code=202)
def run_source(act: Act, code: str, body: NoMore) -> SourceOut:
    """Ask for a look at one source now. Problems: ``source_inactive``, ``source_sends_itself``."""
    require(act.officer, "sources.run")
    return act.once(body, lambda: _out(ask_look(act.session, code, by=act.by)), SourceOut)


def _out(one: FeedSource) -> SourceOut:
    outcome = one.last_outcome or {}
    return SourceOut(
        code=one.code,
        kind=one.kind,
        feeds=list(one.feeds),
        active=one.active,
        last_run_at=one.last_run_at,
        sentence=outcome.get("sentence", ""),
        sentence_zh=outcome.get("sentence_zh", ""),
    )
