"""With the real simulated banks: every payment sent ends somewhere, and the books say the same."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches import queries as batch_queries
from service.batches.models import Batch, Payment, PaymentHold
from service.ledger.queries import balances
from service.reconciliation.collect import BankSilent, collect
from service.reconciliation.models import InboundFile
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.factories.banks import card_of, fault, our_totals, their_totals
from tests.factories.batches import PAY_DAY, account, signed
from tests.factories.officers import staff
from tests.factories.town import Town
from tests.service.reconciliation.answers import NEXT_DAY

REJECT = {"do": "reject", "code": "AC04"}
RETURN = {"do": "return", "code": "AC06", "after_days": 1}
SILENT = {"do": "silent"}


def _control_equation(session: Session) -> None:
    """Sent = paid + rejected + returned + unknown + in transit, in payments and in fen."""
    sent_count, sent_fen = session.execute(
        select(func.count(), func.sum(Payment.amount_fen)).where(Payment.bank_file_id.is_not(None))
    ).one()
    ended = our_totals(session)
    parts = ("paid", "rejected", "returned", "reissued", "unknown", "sent", "frozen")
    assert sum(ended.get(part, (0, 0))[0] for part in parts) == sent_count
    assert sum(ended.get(part, (0, 0))[1] for part in parts) == sent_fen
    money = balances(session)
    assert sum(money.values()) == 0
    transit = sum(fen for code, fen in money.items() if code.startswith("in_transit"))
    assert transit == sum(ended.get(part, (0, 0))[1] for part in ("sent", "unknown"))
    assert money["settled:MZ15"] == ended.get("paid", (0, 0))[1]


def _fates(town: Town) -> None:
    ccb, rural = town.payments("ccb"), town.payments("rural")
    town.fate(
        ([ccb[0], rural[0]], REJECT), ([ccb[1], rural[1]], RETURN), ([ccb[2], rural[2]], SILENT)
    )


def test_whatever_banks_do_every_fen_is_accounted_for_and_days_close(town: Town) -> None:
    town.open().sign(lines=12)
    _fates(town)
    town.send()
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        ended = our_totals(session)
        assert {state: count for state, (count, _) in ended.items()} == {
            "paid": 8, "rejected": 2, "unknown": 2
        }  # fmt: skip
        _control_equation(session)
    town.end_of_day(PAY_DAY)
    assert len(town.close(PAY_DAY)) == 2
    town.end_of_day(NEXT_DAY)
    assert len(town.close(NEXT_DAY)) == 2
    with town.committed.transaction() as session:
        ended, theirs = our_totals(session), their_totals(town.bank)
        assert ended["returned"] == theirs["returned"]
        assert ended["rejected"] == theirs["rejected"]
        # The bank's silent lines were paid; nobody told us, so we know no more than that.
        paid = tuple(a + b for a, b in zip(ended["paid"], ended["unknown"], strict=True))
        assert paid == theirs["paid"]
        _control_equation(session)
    assert town.bank.referee()["paid_more_than_once"] == []


def _reissue_round(town: Town) -> int:
    """Build what can be paid again and walk it to its signature; return how many lines."""
    with town.committed.transaction() as session:
        batch = reissue(session, "MZ15", "2026-10", by=SYSTEM)
        if batch is None:
            return 0
        signed(session, batch, staff())
        return batch.frozen_count or 0


def test_what_failed_is_paid_again_only_to_a_corrected_account_and_once(town: Town) -> None:
    town.open().sign(lines=12)
    _fates(town)
    town.send()
    town.collect_until(town.answered)
    for day in (PAY_DAY, NEXT_DAY):
        town.end_of_day(day)
    assert _reissue_round(town) == 0, "nothing was corrected yet"
    failed = [one for one in town.payments() if one.state in {"rejected", "returned"}]
    assert len(failed) == 4
    with town.committed.transaction() as session:
        for line in failed[:3]:
            account(session.get_one(Person, line.payee_person_id))
    assert _reissue_round(town) == 3
    assert _reissue_round(town) == 0, "paid again twice"
    town.send()
    town.collect_until(town.answered)

    lines = {line.id: line for line in town.payments()}
    again = [line for line in lines.values() if line.replaces_id is not None]
    assert len(again) == 3
    for line in again:
        assert line.replaces_id is not None
        old = lines[line.replaces_id]
        assert (old.state, line.state, line.attempt) == ("reissued", "paid", old.attempt + 1)
        assert old.account_id != line.account_id
        assert (old.subject_id, old.period, old.amount_fen) == (
            line.subject_id, line.period, line.amount_fen
        )  # fmt: skip
        assert old.reference != line.reference
    referee = town.bank.referee()
    assert referee["paid_more_than_once"] == []
    kept = {one["reference"] for one in referee["payments"] if one["state"] == "paid"}
    for line in again:
        assert line.replaces_id is not None
        assert lines[line.replaces_id].reference not in kept, "both were paid"
    with town.committed.transaction() as session:
        _control_equation(session)
        assert balances(session)["commitments:MZ15"] == sum(
            line.amount_fen for line in town.payments() if line.state == "rejected"
        )


def test_a_new_account_that_the_bank_has_not_confirmed_is_held_again(town: Town) -> None:
    town.open().sign(lines=4)
    town.fate(([town.payments("rural")[0]], REJECT))
    town.send()
    town.collect_until(town.answered)
    line = next(one for one in town.payments() if one.state == "rejected")
    with town.committed.transaction() as session:
        account(session.get_one(Person, line.payee_person_id), verdict=None)
    with town.committed.transaction() as session:
        batch = reissue(session, "MZ15", "2026-10", by=SYSTEM)
        assert batch is not None
        assert batch_queries.holds_of(session, batch) == {"account_unverified": 1}
    assert {one.state for one in town.payments() if one.replaces_id} == {"held"}


@pytest.mark.parametrize("code", ["ccb", "rural"])
@pytest.mark.parametrize(
    ("kind", "state"),
    [("truncated_reply", "quarantined"), ("wrong_total_reply", "quarantined")],
)
def test_a_spoilt_answer_moves_nothing_until_the_bank_sends_a_good_one(
    town: Town, kind: str, state: str, code: str
) -> None:
    town.open(faults=[fault(kind, code)]).sign()
    town.send()
    file = town.file(code)

    def kept_aside() -> bool:
        with town.committed.transaction() as session:
            found = session.scalars(select(InboundFile.state).where(InboundFile.kind == "reply"))
            return state in set(found)

    town.collect_until(kept_aside)
    assert town.file(code).state == "delivered"
    assert {one.state for one in town.payments(code)} == {"sent"}
    user = {"ccb": "ccb", "rural": "iso"}[code]
    (town.bank.state / user / "control" / f"resend-{file.file_reference}").touch()
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank) == {"paid": (4, 40_010)}


@pytest.mark.parametrize("kind", ["duplicate_reply", "reply_for_unknown_file"])
def test_an_answer_too_many_changes_nothing(town: Town, kind: str) -> None:
    town.open(faults=[fault(kind, "ccb"), fault(kind, "rural")]).sign()
    town.send()
    town.collect_until(town.answered)

    def too_many() -> bool:
        with town.committed.transaction() as session:
            kept = session.scalars(select(InboundFile)).all()
            return sum(one.times_seen for one in kept) >= 4

    town.collect_until(too_many)
    with town.committed.transaction() as session:
        assert our_totals(session) == {"paid": (4, 40_010)}
        _control_equation(session)
        kept = session.scalars(select(InboundFile)).all()
        if kind == "duplicate_reply":
            assert sorted(one.times_seen for one in kept) == [2, 2]
        else:
            assert sorted(one.state for one in kept) == ["applied"] * 2 + ["quarantined"] * 2


def test_what_was_read_is_removed_at_the_bank_and_read_once(town: Town) -> None:
    town.open().sign()
    town.send()
    town.collect_until(town.answered)
    for user in ("ccb", "iso"):
        assert not list((town.bank.state / user / "outbox").iterdir())
    assert town.collect() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "#建行代发|1.0|A\x00B|\r\n".encode("gb18030"),
        b"\xff" * 5000,
        b"<Document/>",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><Document>&y;</Document>',
        b"PK\x03\x04 a zip of zips",
    ],
)
def test_one_file_that_makes_no_sense_does_not_stop_the_next(town: Town, content: bytes) -> None:
    town.open().sign()
    town.send()
    town.settle()
    for user in ("ccb", "iso"):
        for folder in ("outbox", "statements"):
            strange = town.bank.state / user / folder / "000-first.txt"
            strange.write_bytes(content)
            strange.with_name(strange.name + ".ok").touch()
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        assert our_totals(session) == {"paid": (4, 40_010)}
        aside = session.scalars(select(InboundFile).where(InboundFile.state == "quarantined")).all()
        assert len(aside) >= 2
        assert all(one.faults for one in aside)


def test_a_bank_that_does_not_answer_is_asked_again(town: Town) -> None:
    town.open().sign()
    town.send()
    town.settle()
    town.bank.stop()
    with pytest.raises(BankSilent):
        collect("rural")
    town.bank.start()
    town.collect_until(town.answered)


def test_held_lines_were_never_sent(town: Town) -> None:
    town.open().sign(lines=4)
    with town.committed.transaction() as session:
        assert not session.scalars(select(PaymentHold)).all()
        assert session.scalar(select(func.count()).select_from(Batch)) == 1
        cards = {card_of(session, line) for line in session.scalars(select(Payment))}
    town.send()
    town.collect_until(town.answered)
    assert {one["account_no"] for one in town.bank.referee()["payments"]} == cards
