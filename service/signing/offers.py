"""What an officer can do with a batch now, each act with its consequence – or with why not."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url

from service.approvals.absences import require_present
from service.approvals.back import returnable
from service.approvals.conflicts import require_no_conflict
from service.approvals.holders import taking
from service.approvals.queries import appropriation_of
from service.approvals.recall import may_recall
from service.approvals.steps import open_steps, steps_of, taken
from service.batches.about import sees_whole
from service.batches.acts import AlreadyActed
from service.batches.figures import Totals
from service.batches.instalments.dividers import has_divided
from service.batches.models import Batch
from service.batches.queries import has_acted
from service.batches.submit import NothingToPay
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.appropriate import AppropriationExceeded
from service.notices.check import require_ended
from service.officers.may import may
from service.officers.models import Officer, SigningKey
from service.officers.queries import valid_key
from service.officers.signing_keys import PASSKEY, SOFTWARE
from service.programmes.versions import programme_of
from service.residents.freshness import require_fresh
from service.signing.signers.trust import trust
from service.web.filters import number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Option

Act = Literal["submit", "approve", "return", "sign", "sign-with-passkey", "recall"]
_MAKING, _REVIEW = ("draft", "returned"), ("frozen", "noticed")


@dataclass(frozen=True)
class Passkey:
    """What the page's script tells the device."""

    key_id: UUID
    credential_id: str
    """In base64url."""
    site: str


@dataclass(frozen=True)
class Offer:
    """One act: its button's words, or why the button may not be pressed now."""

    act: Act
    text: str
    blocked: str = ""
    confirm: str = ""
    targets: tuple[Option, ...] = ()
    """Where a return may go; none where only the maker is left."""
    passkey: Passkey | None = None


def offers(
    session: Session, batch: Batch, officer: Officer, sums: Totals, *, on: date
) -> list[Offer]:
    """Return the acts of the officer's duties on this batch; ``on`` is today's civil date."""
    acted = AlreadyActed(batch) if has_acted(session, batch, officer) else None
    made = []
    if sees_whole(officer, batch, "batches.submit"):
        made.append(_submit(batch, sums, acted))
    if acted is None and has_divided(session, batch, officer.id):
        acted = AlreadyActed(batch)
    if may(officer, "approvals.decide"):
        made.append(_approve(session, batch, officer, sums, acted, on))
    if may(officer, "signing.sign"):
        made.append(_sign(batch, sums, acted, valid_key(session, officer)))
    in_review = may(officer, "approvals.decide") and batch.state in _REVIEW
    if in_review or (may(officer, "signing.sign") and batch.state == "prepared"):
        hindered = acted or (_not_mine(session, batch, officer, on) if in_review else None)
        made.append(_return(session, batch, hindered))
    if may_recall(session, batch, officer):
        made.append(Offer("recall", gettext("Call it back")))
    return made


def _not_mine(session: Session, batch: Batch, officer: Officer, on: date) -> Problem | None:
    """Return why the open step is not this officer's to take."""
    steps = open_steps(steps_of(session, batch), taken(session, batch))
    try:
        require_present(session, officer, on=on)
        taking(session, batch, steps, officer, on=on)
        require_no_conflict(session, batch, officer)
    except Problem as problem:
        return problem
    return None


def _return(session: Session, batch: Batch, hindered: Problem | None) -> Offer:
    steps = returnable(steps_of(session, batch), taken(session, batch))
    if not steps:
        return Offer("return", gettext("Return to the maker"), _say(hindered))
    is_zh = visit().language == "zh"
    targets = [Option("", gettext("the maker"))]
    targets += [Option(one.code, one.name_zh if is_zh else one.name_en) for one in steps]
    return Offer("return", gettext("Return it"), _say(hindered), targets=tuple(targets))


def _submit(batch: Batch, sums: Totals, acted: Problem | None) -> Offer:
    text = gettext("Submit %(lines)s lines, %(amount)s yuan") % _figures(sums)
    if batch.state not in _MAKING:
        return Offer("submit", text, gettext("It was submitted already."))
    return Offer("submit", text, _say(acted or (None if sums.payable else NothingToPay(batch))))


def _approve(
    session: Session,
    batch: Batch,
    officer: Officer,
    sums: Totals,
    acted: Problem | None,
    on: date,
) -> Offer:
    text = gettext("Approve payment of %(amount)s yuan") % _figures(sums)
    if batch.state in _MAKING:
        return Offer("approve", text, gettext("Its maker has not submitted it yet."))
    if batch.state not in _REVIEW:
        return Offer("approve", text, gettext("It was approved already."))
    now = open_steps(steps_of(session, batch), taken(session, batch))
    if now and sum(one.kind == "approve" for one in steps_of(session, batch)) > 1:
        step = now[0].name_zh if visit().language == "zh" else now[0].name_en
        text = gettext("%(step)s: approve %(amount)s yuan") % {**_figures(sums), "step": step}
    hindered = acted or _not_mine(session, batch, officer, on)
    return Offer("approve", text, _say(hindered or _hindrance(session, batch, on)))


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


def _sign(batch: Batch, sums: Totals, acted: Problem | None, key: SigningKey | None) -> Offer:
    text = gettext("Sign and pay %(amount)s yuan") % _figures(sums)
    if batch.state in (*_MAKING, *_REVIEW):
        return Offer("sign", text, gettext("It is not approved yet."))
    if batch.state == "approved":
        return Offer("sign", text, gettext("Its bank files are still being written."))
    if batch.state != "prepared":
        return Offer("sign", text, gettext("It was signed already."))
    return _by_key(text, _say(acted), key)


def _by_key(text: str, blocked: str, key: SigningKey | None) -> Offer:
    question = gettext("After this the files go to the banks and cannot be called back.")
    if key is not None and key.algorithm == PASSKEY:
        device = Passkey(key.id, bytes_to_base64url(key.credential_id or b""), trust().site)
        return Offer("sign-with-passkey", text, blocked, question, passkey=device)
    if key is not None and key.algorithm != SOFTWARE:
        said = gettext("Sign with your token, on your own computer: anxin sign --help")
        return Offer("sign", text, said)
    if settings().profile == "production":
        return Offer("sign", text, gettext("Sign with your key's program; no key is kept here."))
    return Offer("sign", text, blocked, question)


def _figures(sums: Totals) -> dict[str, str]:
    return {"lines": number(sums.payable), "amount": yuan(sums.payable_fen)}


def _say(problem: Problem | None) -> str:
    return problem.say(visit().language) if problem else ""
