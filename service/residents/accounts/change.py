"""Change an account: one officer asks, another one agrees, and only then it counts."""

from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.moves import event_for, move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import SealBroken, sealer
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.about import about_person
from service.residents.accounts.current import current_account
from service.residents.accounts.numbers import account_number, bank
from service.residents.accounts.problems import (
    ChangeWaiting,
    NotYours,
    SameAccount,
    SecondOfficerNeeded,
)
from service.residents.identity.canonical import aliases, canonical
from service.residents.identity.problems import given
from service.residents.models import Account, AccountChange, Person


def request_change(
    session: Session,
    person_id: int,
    *,
    account: str,
    bank_code: str,
    bank_name: str,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> AccountChange:
    """Ask that a person be paid to another account; nothing changes yet.

    Raises NotAllowed, NotFound, :class:`AccountNumberWrong`, :class:`BankCodeWrong`,
    :class:`BankNameMissing`, :class:`SameAccount`, :class:`ChangeWaiting`, :class:`ReasonNeeded`.
    """
    require(by, "accounts.request")
    why = given(reason)
    number, (code, name) = account_number(account), bank(bank_code, bank_name)
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    require(by, "accounts.request", about_person(session, person_id))
    now = current_account(session, person_id)
    if now is not None and now.card_index == number.index and now.bank_code == code:
        raise SameAccount
    change_id = ids.uuid7()
    opened = session.scalar(
        insert(AccountChange)
        .values(
            id=change_id,
            state="requested",
            person_id=canonical(session, person_id),
            card_sealed=number.sealed(f"account_changes:card:{change_id}"),
            card_index=number.index,
            tail=number.tail,
            bank_code=code,
            bank_name=name,
            reason=why,
            requested_by=str(by.id),
            requested_at=clock.now(),
        )
        .on_conflict_do_nothing(
            index_elements=["person_id"], index_where=text("state = 'requested'")
        )
        .returning(AccountChange.id)
    )
    if opened is None:
        raise ChangeWaiting
    record(
        session,
        event_for("account_changes", str(change_id), "", "requested"),
        by=by.actor(session_id),
        on=("account_changes", change_id),
        after="requested",
        reason=why,
        details={"person": canonical(session, person_id)},
        sealed={
            "from": _opened(now),
            "to": number.plain,
            "from_bank": now.bank_name if now else "",
            "to_bank": name,
        },
        about={"person": canonical(session, person_id)},
    )
    return session.get_one(AccountChange, change_id)


def confirm_change(
    session: Session, change_id: UUID, *, by: Officer, reason: str = "", session_id: str = ""
) -> Account:
    """Agree to a change that another officer asked for; from now on the person is paid there.

    Raises NotAllowed, NotFound, IllegalMove (decided before) and :class:`SecondOfficerNeeded`.
    The card office's own record replaces the account only when that record changes afterwards.
    """
    require(by, "accounts.confirm")
    change = _decide(session, change_id, "confirmed", by, (reason.strip(), session_id))
    # Two merged rows may each have a current account: the new one takes the place of them all.
    ids_of_one = aliases(session, change.person_id)
    # Not while the card office's delivery is being taken over: it may bring this person's card.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('anxin.RS_CARD', 0))"))
    now = clock.now()
    session.execute(
        update(Account)
        .where(Account.person_id.in_(ids_of_one), Account.known_to.is_(None))
        .values(known_to=now)
        .execution_options(synchronize_session="fetch")
    )
    plain = sealer().open(change.card_sealed, f"account_changes:card:{change.id}")
    added = Account(
        person_id=ids_of_one[0],
        card_sealed=sealer().seal(plain, f"accounts:card:{change.card_index.hex()}"),
        card_index=change.card_index,
        tail=change.tail,
        bank_code=change.bank_code,
        bank_name=change.bank_name,
        status="正常",
        since=clock.today(),
        change_id=change.id,
        known_from=now,
    )
    session.add(added)
    session.flush()
    return added


def refuse_change(
    session: Session, change_id: UUID, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Refuse a change that another officer asked for; raises as :func:`confirm_change`."""
    require(by, "accounts.confirm")
    _decide(session, change_id, "refused", by, (given(reason), session_id))


def withdraw_change(
    session: Session, change_id: UUID, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Take one's own request back; raises :class:`NotYours` for somebody else's."""
    require(by, "accounts.request")
    _decide(session, change_id, "withdrawn", by, (given(reason), session_id))


def _decide(
    session: Session, change_id: UUID, to: str, by: Officer, said: tuple[str, str]
) -> AccountChange:
    reason, session_id = said
    change = session.get(AccountChange, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise NotFound("change")
    act = "accounts.request" if to == "withdrawn" else "accounts.confirm"
    require(by, act, about_person(session, change.person_id))
    event_for("account_changes", change.spoken_name, change.state, to)
    own = change.requested_by == str(by.id)
    if to == "withdrawn" and not own:
        raise NotYours
    if to != "withdrawn" and own:
        raise SecondOfficerNeeded
    change.decided_by, change.decided_at = str(by.id), clock.now()
    change.decision_reason = reason or None
    move(session, change, to, by=by.actor(session_id), reason=reason)
    return change


def _opened(account: Account | None) -> str:
    """Return an account's number; one that does not open any more must not stop its replacement."""
    if account is None:
        return ""
    try:
        return sealer().open(account.card_sealed, f"accounts:card:{account.card_index.hex()}")
    except SealBroken:
        return f"…{account.tail}"
