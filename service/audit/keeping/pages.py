"""What the trail keeps how long, what is held, and what was erased."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit.keeping import queries
from service.audit.keeping.kinds import Kind, kinds
from service.audit.keeping.queries import Erasure, Hold
from service.audit.readers import officer_names, require_reader
from service.audit.visible import visible
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Row

router = APIRouter()
_EVIDENCE = {
    "seen": translatable("read in a source"),
    "unverified": translatable("not verified"),
    "own": translatable("the county's own choice"),
}
_STATES = {
    "asked": translatable("asked for"),
    "held": translatable("kept from erasure"),
    "lift_asked": translatable("held; its end is asked for"),
    "lifted": translatable("lifted"),
    "done": translatable("erased"),
    "refused": translatable("turned down"),
}


@router.get("/audit/keeping")
def show(session: Transaction) -> Response:
    """The keeping periods, the holds and the erasures, for auditors."""
    require_reader()
    held, erased = queries.holds(session), queries.erasures(session)
    names = _names(session, held, erased)
    return page(
        "audit/keeping.html",
        kind_columns=[
            Column(gettext("Kind")),
            Column(gettext("Kept at least (months)"), "number"),
            Column(gettext("By which rule")),
            Column(gettext("Evidence")),
        ],
        kind_rows=[_kind(one) for one in kinds()],
        hold_columns=[
            Column(gettext("On what"), "code"),
            Column(gettext("State")),
            Column(gettext("Since"), "moment"),
            Column(gettext("Reason")),
            Column(gettext("By")),
            Column(gettext("Lifted"), "moment"),
        ],
        hold_rows=[_hold(one, names) for one in held],
        erasure_columns=[
            Column(gettext("On what"), "code"),
            Column(gettext("State")),
            Column(gettext("Time"), "moment"),
            Column(gettext("Reason")),
            Column(gettext("By")),
            Column(gettext("Contents"), "number"),
        ],
        erasure_rows=[_erasure(one, names) for one in erased],
    )


def _names(session: Session, held: list[Hold], erased: list[Erasure]) -> dict[str, str]:
    everybody = [
        *(name for one in held for name in (one.asked_by, one.placed_by, one.lifted_by)),
        *(name for one in erased for name in (one.asked_by, one.decided_by)),
    ]
    return officer_names(session, [one for one in everybody if one])


def _kind(one: Kind) -> Row:
    zh = visit().language == "zh"
    return Row(
        (
            one.title_zh if zh else one.title,
            one.months,
            one.source_zh if zh else one.source,
            gettext(_EVIDENCE[one.evidence]),
        )
    )


def _hold(one: Hold, names: dict[str, str]) -> Row:
    people = _people(names, one.asked_by, one.placed_by, one.lifted_by)
    return Row(
        (
            visible(one.scope),
            gettext(_STATES[one.state]),
            one.asked_at,
            visible(one.reason),
            people,
            one.lifted_at,
        )
    )


def _erasure(one: Erasure, names: dict[str, str]) -> Row:
    return Row(
        (
            visible(one.scope),
            gettext(_STATES[one.state]),
            one.decided_at or one.asked_at,
            visible(one.reason),
            _people(names, one.asked_by, one.decided_by),
            one.erased,
        )
    )


def _people(names: dict[str, str], *officers: str | None) -> str:
    return ", ".join(names.get(one, one) for one in dict.fromkeys(officers) if one)
