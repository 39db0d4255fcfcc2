"""Proposals on pages: the list, one with its difference and effects, and the acts about it."""

import csv
import io
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.programmes.browser.tabs import tabs
from service.programmes.in_force import rules_for
from service.programmes.models import RuleProposal
from service.programmes.proposals import decide, queries, words
from service.programmes.proposals.effects_view import exported, names_in
from service.programmes.proposals.view import proposal_page
from service.programmes.proposals.write import CHARS_MAX
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Row

router = APIRouter()
navigation.register("rules", translatable("Rule changes"), "/rules", act="rules.read")

_DECIDING = {
    "submitted": "rules.approve_for_department",
    "approved_by_department": "rules.approve_for_finance",
}


def proposals_to_decide(session: Session, officer: Officer) -> list[WaitingItem]:
    """Proposals that wait for this officer's approval."""
    states = [state for state, act in _DECIDING.items() if may(officer, act)]
    if not states:
        return []
    found = session.scalars(
        select(RuleProposal).where(
            RuleProposal.state.in_(states), RuleProposal.written_by != officer.id
        )
    ).all()
    return [
        WaitingItem(
            ngettext(
                "A change of rules waits for your approval",
                "Changes of rules wait for your approval",
                len(found),
            ),
            len(found),
            "/rules",
            min((one.written_at for one in found), default=None),
        )
    ]


@router.get("/rules")
def show_proposals(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every proposal, the newest first."""
    require(officer, "rules.read")
    found = queries.everyone(session)
    rows = session.execute(
        select(Officer.id, Officer.name).where(Officer.id.in_({one.written_by for one in found}))
    )
    named = {row.id: row.name for row in rows}
    return page(
        "programmes/proposals.html",
        columns=[
            Column(gettext("Change"), "code"),
            Column(gettext("What")),
            Column(gettext("State")),
            Column(gettext("From month")),
            Column(gettext("Law")),
            Column(gettext("Written by")),
        ],
        rows=[
            Row(
                [
                    one.spoken_name,
                    one.title,
                    words.state_tag(one.state),
                    one.effective_month,
                    one.law,
                    named.get(one.written_by),
                ],
                f"/rules/{one.spoken_name}",
            )
            for one in found
        ],
        may_propose=may(officer, "rules.propose"),
        tabs=tabs(),
    )


@router.get("/rules/{name}")
def show_proposal(session: Transaction, officer: SignedInOfficer, name: str) -> Response:
    """One proposal: what changes, what it would do, who has approved."""
    require(officer, "rules.read")
    return _page(session, officer, queries.by_name(session, name))


@router.get("/rules/{name}/effects.csv")
def export_effects(session: Transaction, officer: SignedInOfficer, name: str) -> Response:
    """The counted effects as a file; counts of under five people and their money are left out."""
    require(officer, "rules.read")
    proposal = queries.by_name(session, name)
    preview = queries.preview_of(session, proposal)
    if preview is None:
        raise NotFound("preview")
    written = io.StringIO()
    names = names_in(dict(rules_for(session, proposal.effective_month).programmes))
    csv.writer(written).writerows(exported(preview, names))
    return Response(
        "\ufeff" + written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{proposal.spoken_name}-effects.csv"'
        },
    )


@router.post("/rules/{name}/{act}")
def do(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    name: str,
    act: str,
    reason: Annotated[str, Form(max_length=CHARS_MAX * 2)] = "",
) -> Response:
    """Submit, approve, send back, withdraw, or have the effects counted again."""
    require(officer, "rules.read")
    proposal = queries.by_name(session, name)
    session_id = str(request.state.officer_session.id)
    acts = acts_about(session, proposal, officer, reason, session_id=session_id)
    if act not in acts:
        raise NotFound("page")
    try:
        with session.begin_nested():
            acts[act]()
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        session.refresh(proposal)
        return _page(session, officer, proposal, problem, reason=reason)
    return RedirectResponse(f"/rules/{proposal.spoken_name}", status_code=303)


def acts_about(
    session: Session, proposal: RuleProposal, officer: Officer, reason: str, *, session_id: str
) -> dict[str, Callable[[], object]]:
    """Return every act about a proposal by its name, each to be called once."""
    return {
        "submit": lambda: decide.submit(session, proposal, by=officer, session_id=session_id),
        "approve_department": lambda: decide.approve_for_department(
            session, proposal, by=officer, session_id=session_id
        ),
        "approve_finance": lambda: decide.approve_for_finance(
            session, proposal, by=officer, session_id=session_id
        ),
        "return": lambda: decide.send_back(
            session, proposal, by=officer, reason=reason, session_id=session_id
        ),
        "withdraw": lambda: decide.withdraw(
            session, proposal, by=officer, reason=reason, session_id=session_id
        ),
        "count": lambda: decide.ask_for_preview(session, proposal),
    }


def _page(
    session: Session,
    officer: Officer,
    proposal: RuleProposal,
    problem: Problem | None = None,
    *,
    reason: str = "",
) -> Response:
    sentence = problem.say(visit().language) if problem else ""
    return page(
        "programmes/proposal.html",
        status=problem.status if problem else 200,
        view=proposal_page(session, proposal, officer),
        faults=[Fault(line) for line in sentence.splitlines()],
        reason=reason,
        reason_max=CHARS_MAX,
    )
