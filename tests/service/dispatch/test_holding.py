"""Lines are left out of a signed list by two people, and nothing else is missing from what is sent."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters.transport import Delivery
from service.approvals.again import sign_again
from service.approvals.recall import recall
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.batches import queries as batches
from service.batches.controls import BY_CODE
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import ReasonMissing
from service.batches.withheld import queries as withheld
from service.batches.withheld.back import CONTROL
from service.dispatch import hand_over as sending
from service.dispatch import queries
from service.dispatch.channels import transport
from service.dispatch.hand_over import begin
from service.dispatch.holding.hold import hold
from service.dispatch.holding.problems import (
    FileGone,
    HoldNeedsTwo,
    NothingLeft,
    NotHoldable,
    NotOfThisList,
    NotReleasable,
)
from service.dispatch.holding.release import release
from service.dispatch.models import BankFile
from service.dispatch.prepare import prepare
from service.dispatch.sent import mark_sent
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.ledger.queries import balance, balances
from service.officers.may import NotAllowed
from service.reconciliation.queries import failed_groups
from service.reconciliation.reissue import reissue
from service.signing.software import sign_with_software_key
from tests.factories.batches import PAY_DAY, county_batch, signed
from tests.factories.officers import OfficerFactory, Staff
from tests.factories.town import Town
from tests.service.signing.earlier import before_holding

SECONDS_MAX = 60.0
WHY = "家属来电，账号有疑问"


def _batch(session: Session, lines: int = 6) -> tuple[Batch, Staff]:
    batch = county_batch(session, lines)
    return batch, signed(session, batch)


def _lines(session: Session, batch: Batch) -> list[Payment]:
    session.expire_all()
    found = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)
    return list(session.scalars(found))


def _hold(session: Session, batch: Batch, people: Staff, *chosen: Payment) -> None:
    references = [one.reference for one in chosen]
    hold(session, batch, references, by=people.signer, and_by=people.reconciler, reason=WHY)


def _sent(session: Session, batch: Batch) -> None:
    for file in queries.of_batch(session, batch):
        move(session, file, "sending", by=SYSTEM)
        move(session, file, "delivered", by=SYSTEM)
        mark_sent(session, file)


def test_two_officers_leave_a_line_out_and_the_rest_goes_in_a_file_of_its_own(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    held, *rest = _lines(made, batch)
    (before,) = (one for one in queries.of_batch(made, batch) if one.id == held.bank_file_id)
    committed = balance(made, "commitments:MZ15")
    _hold(made, batch, people, held)
    begin(made, str(batch.id))

    (instead,) = (one for one in queries.of_batch(made, batch) if one.stands_for_id)
    assert (before.state, instead.state) == ("withdrawn", "prepared")
    assert instead.stands_for_id == before.id
    assert (instead.count, instead.amount_fen) == (
        before.count - 1, before.amount_fen - held.amount_fen,
    )  # fmt: skip
    assert instead.execution_date == before.execution_date
    assert held.reference.encode() not in queries.content(instead)
    assert [one.state for one in _lines(made, batch)] == ["withheld", *["frozen"] * 5]
    assert balance(made, "commitments:MZ15") == committed, "its money stays committed"
    entries = made.scalars(select(AuditEntry).where(AuditEntry.act.startswith("hold."))).all()
    assert {(one.act, one.actor_id) for one in entries} == {
        ("hold.decided", str(people.signer.id)), ("hold.agreed", str(people.reconciler.id)),
    }  # fmt: skip
    # A second line of the same file: written anew once more, still in place of the signed one.
    other = next(one for one in rest if one.bank_file_id == instead.id)
    _hold(made, batch, people, other)
    begin(made, str(batch.id))
    assert instead.state == "withdrawn"
    (last,) = (one for one in queries.of_batch(made, batch) if one.stands_for_id)
    assert (last.count, last.stands_for_id) == (before.count - 2, before.id)

    _sent(made, batch)
    assert batch.state == "sent"
    assert balance(made, "commitments:MZ15") == held.amount_fen + other.amount_fen
    assert sum(balances(made).values()) == 0


def test_a_file_of_which_every_line_is_left_out_never_goes_and_the_list_is_finished(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    first, second = queries.of_batch(made, batch)
    mine = [one for one in _lines(made, batch) if one.bank_file_id == first.id]
    _hold(made, batch, people, *mine)
    begin(made, str(batch.id))
    assert queries.of_batch(made, batch) == [second]
    others = [one for one in _lines(made, batch) if one.bank_file_id == second.id]
    with pytest.raises(NothingLeft):
        _hold(made, batch, people, *others)
    _sent(made, batch)
    assert batch.state == "sent"


def test_who_may_not_alone_without_a_reason_or_of_another_list_leaves_nothing_out(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    line = _lines(made, batch)[0]
    by, and_by = people.signer, people.reconciler
    for refusal, changed in (
        (HoldNeedsTwo, {"and_by": by}),
        (NotAllowed, {"by": people.maker}),
        (NotAllowed, {"and_by": people.reviewer}),
        (ReasonMissing, {"reason": " "}),
        (NotOfThisList, {"references": ["0000000000011"]}),
        (NotOfThisList, {"references": ["X"]}),
        (NotOfThisList, {"references": []}),
    ):
        given = {
            "references": [line.reference], "by": by, "and_by": and_by, "reason": WHY, **changed,
        }  # fmt: skip
        with pytest.raises(refusal):
            hold(made, batch, given.pop("references"), **given)  # type: ignore[arg-type]
    file = queries.of_batch(made, batch)[0]
    move(made, file, "sending", by=SYSTEM)
    gone = [one for one in _lines(made, batch) if one.bank_file_id == file.id]
    with pytest.raises(FileGone):
        _hold(made, batch, people, gone[0])
    assert {one.state for one in _lines(made, batch)} == {"frozen"}


def test_a_list_signed_before_there_was_a_rule_is_called_back_whole(
    made: Session, data_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_holding(monkeypatch)
    batch, people = _batch(made)
    with pytest.raises(NotHoldable, match="call the whole list back"):
        _hold(made, batch, people, _lines(made, batch)[0])


FORGED: dict[str, str] = {
    "a line is taken out of its file": (
        "UPDATE payments SET bank_file_id = NULL WHERE id = (SELECT max(id) FROM payments)"
    ),
    "the file is withdrawn": "UPDATE bank_files SET state = 'withdrawn' WHERE stands_for_id IS NOT NULL",
    "the file that goes is another": (
        "UPDATE bank_files SET sha256 = repeat('0', 64) WHERE stands_for_id IS NOT NULL"
    ),
    "the second officer is none": "UPDATE hold_acts SET and_by_id = (SELECT id FROM officers "
    "WHERE 'signer' <> ALL(duties) AND 'reconciler' <> ALL(duties) LIMIT 1)",
    "nobody decided": "UPDATE hold_acts SET by_id = NULL, and_by_id = NULL",
    "the hold is gone": "DELETE FROM held_lines",
    "the held line is another": (
        "UPDATE held_lines SET payment_id = (SELECT max(id) FROM payments)"
    ),
    "the line is held without an act": (
        "UPDATE payments SET state = 'withheld' WHERE id = (SELECT max(id) FROM payments)"
    ),
    "an amount": "UPDATE payments SET amount_fen = amount_fen + 1 WHERE id = (SELECT max(id) FROM payments)",
    "a card": "UPDATE accounts SET card_sealed = (SELECT card_sealed FROM accounts WHERE id = "
    "(SELECT account_id FROM payments ORDER BY id LIMIT 1)) WHERE id = "
    "(SELECT account_id FROM payments ORDER BY id DESC LIMIT 1)",
}


@pytest.mark.parametrize("what", sorted(FORGED))
def test_whoever_takes_more_out_than_was_held_is_found_before_sending(
    made: Session, data_dir: object, what: str
) -> None:
    batch, people = _batch(made)
    last = _lines(made, batch)[-1]
    mine = [one for one in _lines(made, batch) if one.bank_file_id == last.bank_file_id]
    _hold(made, batch, people, mine[0])
    (instead,) = (one for one in queries.of_batch(made, batch) if one.stands_for_id)
    made.execute(text("SET LOCAL session_replication_role = replica"))
    made.execute(text(FORGED[what]))
    made.execute(text("SET LOCAL session_replication_role = origin"))
    made.expire_all()
    files = queries.of_batch(made, batch)
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - a card that does not open is no Problem
        sending._require_sendable(made, batch, files, now=instead)
    assert isinstance(refusal.value, Problem) or "Seal" in type(refusal.value).__name__


def test_a_list_called_back_holds_its_left_out_lines_like_any_others(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    held, *rest = _lines(made, batch)
    _hold(made, batch, people, held)
    recall(made, batch, by=people.maker, reason="另行核对", on=PAY_DAY)
    assert batch.state == "returned"
    assert [one.state for one in _lines(made, batch)] == ["held", *["ready"] * len(rest)]
    (why,) = made.scalars(select(PaymentHold).where(PaymentHold.payment_id == held.id))
    assert why.control == CONTROL
    assert CONTROL in BY_CODE
    assert balance(made, "commitments:MZ15") == 0
    others = Staff(
        maker=OfficerFactory.create(),
        reviewer=OfficerFactory.create(duties=["reviewer"]),
        signer=OfficerFactory.create(duties=["signer"]),
        reconciler=people.reconciler,
    )
    signed(made, batch, others)
    assert batch.frozen_count == len(rest)
    begin(made, str(batch.id))
    _hold(made, batch, others, rest[0])
    begin(made, str(batch.id))


def test_a_list_signed_anew_for_another_day_goes_without_what_was_left_out(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    held, *rest = _lines(made, batch)
    _hold(made, batch, people, held)
    sign_again(made, batch, by=SYSTEM, reason="日期已过", on=PAY_DAY)
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    other = OfficerFactory.create(duties=["signer"])
    sign_with_software_key(made, batch, by=other)
    begin(made, str(batch.id))
    assert sum(one.count for one in queries.of_batch(made, batch)) == len(rest)
    _hold(made, batch, people, rest[0])
    begin(made, str(batch.id))
    _sent(made, batch)
    assert balance(made, "commitments:MZ15") == held.amount_fen + rest[0].amount_fen


def test_a_released_line_is_issued_again_from_the_money_that_stayed_committed(
    made: Session, data_dir: object
) -> None:
    batch, people = _batch(made)
    held = _lines(made, batch)[0]
    _hold(made, batch, people, held)
    with pytest.raises(NotReleasable):
        release(made, held, by=people.reconciler, reason="已核实")
    _sent(made, batch)
    assert reissue(made, "MZ15", "2026-10", by=SYSTEM) is None, "nobody released it"
    with pytest.raises(ReasonMissing):
        release(made, held, by=people.reconciler, reason="")
    assert failed_groups(made) == []
    release(made, held, by=people.reconciler, reason="已核实，账号无误")
    (offered,) = failed_groups(made)
    assert (offered.count, offered.corrected) == (1, 1), "and finance may press the button"
    again = reissue(made, "MZ15", "2026-10", by=SYSTEM)
    assert again is not None
    made.refresh(held)
    assert held.state == "reissued"
    (line,) = _lines(made, again)
    assert (line.replaces_id, line.amount_fen, line.account_id, line.attempt) == (
        held.id, held.amount_fen, held.account_id, 2,
    )  # fmt: skip
    signed(made, again)
    assert balance(made, "commitments:MZ15") == held.amount_fen, "and is committed once"
    _sent(made, again)
    assert balance(made, "commitments:MZ15") == 0
    assert sum(balances(made).values()) == 0
    (told,) = withheld.of_batch(made, batch)
    assert told.line.ended_how == "released"


class Stalled:
    """A sender that stands still with the file in its hands until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()

    def of(self, channel: BankChannel) -> "Stalled":
        self.way = transport(channel)
        return self

    def deliver(self, name: str, content: bytes) -> Delivery:
        self.begun.set()
        assert self.go.wait(SECONDS_MAX)
        return self.way.deliver(name, content)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """A thread for the sender."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


def test_a_hold_and_a_hand_over_race_and_one_of_them_comes_first(
    town: Town, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    """Sent first, the hold is refused; held first, the signed file never goes. Never both."""
    town.open()
    batch_id = town.sign(lines=6)
    ccb, rural = town.file("ccb"), town.file("rural")

    def holding(file: BankFile) -> Callable[[], None]:
        def act() -> None:
            with town.committed.transaction() as session:
                batch = batches.locked(session, batch_id)
                line = next(one for one in _lines(session, batch) if one.bank_file_id == file.id)
                _hold(session, batch, town.people, line)

        return act

    def send(file: BankFile) -> None:
        with transaction() as session:
            sending.hand_over(session, str(file.id))

    # The sender has written down its intent, and stands still.
    stalled = Stalled()
    monkeypatch.setattr(sending, "transport", stalled.of)
    going: Future[None] = pool.submit(send, ccb)
    assert stalled.begun.wait(SECONDS_MAX)
    with pytest.raises(FileGone):
        holding(ccb)()
    stalled.go.set()
    going.result(SECONDS_MAX)
    monkeypatch.setattr(sending, "transport", transport)

    # The sender holds the file's row and has not begun: the hold waits for nobody.
    with town.committed.transaction() as session:
        queries.locked(session, rural.id)
        with pytest.raises(FileGone):
            pool.submit(holding(rural)).result(SECONDS_MAX)

    # The hold comes first: whoever wanted to send the signed file finds it withdrawn.
    with town.committed.transaction() as session:
        batch = batches.locked(session, batch_id)
        line = next(one for one in _lines(session, batch) if one.bank_file_id == rural.id)
        _hold(session, batch, town.people, line)
        late = pool.submit(send, rural)
    late.result(SECONDS_MAX)
    assert town.committed.transaction is not None
    town.send()
    town.collect_until(town.all_answered)
    paid = town.bank.referee()
    assert len(paid["payments"]) == 5
    assert paid["paid_more_than_once"] == []
    assert sorted(one.state for one in town.payments()) == [*["paid"] * 5, "withheld"]
    assert town.batch().state == "answered"
    assert town.differences() == []
