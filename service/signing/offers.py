"""What an officer can do with a batch now, each act with its consequence – or with why not."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from service.approvals.queries import appropriation_of
from service.batches.acts import AlreadyActed
from service.batches.figures import Totals
from service.batches.models import Batch
from service.batches.queries import has_acted
from service.batches.submit import NothingToPay
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.appropriate import AppropriationExceeded
from service.notices.check import require_ended
from service.officers.may import may
from service.officers.models import Officer
from service.programmes.versions import programme_of
from service.residents.freshness import require_fresh
from service.web.filters import number, yuan
from service.web.here import visit
from service.web.language import gettext

Act = Literal["submit", "approve", "return", "sign"]
_MAKING, _REVIEW = ("draft", "returned"), ("frozen", "noticed")


@dataclass(frozen=True)
class Offer:
    """One act: its button's words, or why the button may not be pressed now."""

    act: Act
    text: str
    blocked: str = ""
    confirm: str = ""


def offers(
    session: Session, batch: Batch, officer: Officer, sums: Totals, *, on: date
) -> list[Offer]:
    """Return the acts of the officer's duties on this batch; ``on`` is today's civil date."""
    acted = AlreadyActed(batch) if has_acted(session, batch, officer) else None
    made = []
    if may(officer, "batches.submit"):
        made.append(_submit(batch, sums, acted))
    if may(officer, "approvals.decide"):
        made.append(_approve(session, batch, sums, acted, on))
    if may(officer, "signing.sign"):
        made.append(_sign(batch, sums, acted))
    returnable = (may(officer, "approvals.decide") and batch.state in _REVIEW) or (
        may(officer, "signing.sign") and batch.state == "prepared"
    )
    if returnable:
        made.append(Offer("return", gettext("Return to the maker"), _say(acted)))
    return made


def _submit(batch: Batch, sums: Totals, acted: Problem | None) -> Offer:
    text = gettext("Submit %(lines)s lines, %(amount)s yuan") % _figures(sums)
    if batch.state not in _MAKING:
        return Offer("submit", text, gettext("It was submitted already."))
    return Offer("submit", text, _say(acted or (None if sums.payable else NothingToPay(batch))))


def _approve(
    session: Session, batch: Batch, sums: Totals, acted: Problem | None, on: date
) -> Offer:
    text = gettext("Approve payment of %(amount)s yuan") % _figures(sums)
    if batch.state in _MAKING:
        return Offer("approve", text, gettext("Its maker has not submitted it yet."))
    if batch.state not in _REVIEW:
        return Offer("approve", text, gettext("It was approved already."))
    return Offer("approve", text, _say(acted or _hindrance(session, batch, on)))


def _hindrance(session: Session, batch: Batch, on: date) -> Problem | None:
    """Return why nobody could approve the batch today: its notice, its data or the year's money."""
    try:
        require_ended(session, batch, on=on)
        require_fresh(session, programme_of(session, batch.rule_digest, batch.programme).feeds)
    except Problem as problem:
        return problem
    year = appropriation_of(session, batch)
    left_fen = year.amount_fen - year.committed_fen if year else 0
    wanted_fen = batch.frozen_fen or 0
    if batch.kind != "reissue" and wanted_fen > left_fen:
        return AppropriationExceeded(batch.programme, wanted_fen, left_fen)
    return None


def _sign(batch: Batch, sums: Totals, acted: Problem | None) -> Offer:
    text = gettext("Sign and pay %(amount)s yuan") % _figures(sums)
    if batch.state in (*_MAKING, *_REVIEW):
        return Offer("sign", text, gettext("It is not approved yet."))
    if batch.state == "approved":
        return Offer("sign", text, gettext("Its bank files are still being written."))
    if batch.state != "prepared":
        return Offer("sign", text, gettext("It was signed already."))
    if settings().profile == "production":
        return Offer("sign", text, gettext("Sign with your key's program; no key is kept here."))
    question = gettext("After this the files go to the banks and cannot be called back.")
    return Offer("sign", text, _say(acted), question)


def _figures(sums: Totals) -> dict[str, str]:
    return {"lines": number(sums.payable), "amount": yuan(sums.payable_fen)}


def _say(problem: Problem | None) -> str:
    return problem.say(visit().language) if problem else ""
