"""The 74 papers of villages: which the data replace today, and whose data would bring one back."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds
from service.residents.pages import words
from service.residents.tasks.proofs import ANSWERED, MISSING, STALE, ProofState, proof_states
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Figure, Link, Row, Tag, Tone

router = APIRouter()
_STATES: dict[str, tuple[str, Tone]] = {
    ANSWERED: (translatable("replaced by data"), "ok"),
    STALE: (translatable("data too old"), "warn"),
    MISSING: (translatable("data missing"), "bad"),
}
_LOSSES_SHOWN = 10


@router.get("/proofs")
def show_proofs(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every paper and whether the data answer instead of it."""
    require(officer, "feeds.read")
    if state and state not in _STATES:
        raise NotFound("page")
    every = proof_states(session)
    order = list(_STATES)
    chosen = sorted(
        (one for one in every if state in ("", one.state)),
        key=lambda one: (-order.index(one.state), one.proof.code),
    )
    counts = {name: sum(one.state == name for one in every) for name in order}
    return page(
        "residents/proofs.html",
        figures=[
            Figure(
                gettext(text), str(counts[name]), gettext("of %(all)s") % {"all": len(every)},
                href=f"/proofs?state={name}" if counts[name] else "",
                tone=tone if counts[name] else "",
            )
            for name, (text, tone) in _STATES.items()
        ],
        state=state,
        columns=[
            Column(gettext("Paper")),
            Column(gettext("Today")),
            Column(gettext("Said by")),
            Column(gettext("Comes back for want of")),
        ],
        rows=[_row(one) for one in chosen],
        loss_columns=[Column(gettext("Feed")), Column(gettext("Papers"), "number")],
        losses=_losses(every),
    )  # fmt: skip


def _row(one: ProofState) -> Row:
    proof = one.proof
    text, tone = _STATES[one.state]
    lacking: Link | str | None = None
    if len(one.lacking) == 1:
        feed = feeds.feed(one.lacking[0])
        lacking = Link(f"{words.feed_name(feed)} · {words.department(feed)}", f"/feeds/{feed.code}")
    elif one.lacking:
        lacking = _named(one.lacking)
    national = gettext("also on the national list")
    name = proof.zh if words.is_chinese() else proof.en
    return Row(
        [
            f"{proof.code} {name}{f' · {national}' if proof.national else ''}",
            Tag(gettext(text), tone),
            _named(proof.feeds),
            lacking,
        ],
        tone=tone if tone != "ok" else "",
    )


def _named(codes: tuple[str, ...]) -> str:
    return ("、" if words.is_chinese() else ", ").join(
        words.feed_name(feeds.feed(code)) for code in codes
    )


def _losses(every: list[ProofState]) -> list[Row]:
    """Return the feeds on which most papers rest that nobody brings today: what losing each costs."""
    counts: dict[str, int] = {}
    for one in every:
        if one.state == ANSWERED:
            for code in one.proof.feeds:
                counts[code] = counts.get(code, 0) + 1
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_LOSSES_SHOWN]
    return [
        Row([f"{words.feed_name(feeds.feed(code))} {code}", count], f"/feeds/{code}")
        for code, count in most
    ]
