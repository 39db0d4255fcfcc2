"""A payment at the bank is called back: asking moves nothing, the bank's answer moves it to the fen."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters.cancellation import Answer
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.dispatch.recall.ask import ask
from service.dispatch.recall.by_hand import close, record_answer
from service.dispatch.recall.late import alarm_late
from service.dispatch.recall.problems import (
    EvidenceMissing,
    NothingOpen,
    NotOfThisFile,
    NotRecallable,
    ReasonCodeUnknown,
    RecallNeedsTwo,
    RecallPending,
)
from service.dispatch.resolve import release_resend
from service.foundation.jobs.models import Job
from service.ledger.models import LedgerEntry
from service.ledger.queries import balance, balances
from service.ledger.trace import origins
from service.officers.may import NotAllowed
from service.reconciliation.origins import explain_entries
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import account
from tests.service.reconciliation.answers import BANK, NEXT_DAY, Sent, came_back, sent, statement
from tests.service.reconciliation.recalled import answered, asked, by_hand, camt029, line_states


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four at each bank."""
    return sent(made)


def _in_transit(out: Sent) -> int:
    return balance(out.session, "in_transit:rural:MZ15")


def _entries(session: Session, act: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


def test_asking_writes_one_message_for_the_road_of_payment_files_and_moves_no_money(
    out: Sent,
) -> None:
    before, line = balances(out.session), out.lines()[1]
    recall = asked(out, [line], at_bank=False)
    assert (recall.state, recall.count, recall.amount_fen) == ("prepared", 1, line.amount_fen)
    assert out.states() == ["sent"] * 4
    assert balances(out.session) == before
    assert recall.content is not None
    root = etree.fromstring(recall.content)
    said = {etree.QName(one).localname: one.text for one in root.iter()}
    assert said["OrgnlMsgId"] == out.file().file_reference
    assert said["OrgnlEndToEndId"] == line.reference
    assert said["Cd"] == "UPAY"
    assert str(line.payee_name).encode() not in recall.content, "a request needs nobody's name"
    jobs = out.session.scalars(select(Job).where(Job.kind == "dispatch.hand_over_recall")).all()
    assert [one.arguments for one in jobs] == [{"recall_id": str(recall.id)}]
    for act in ("recall.asked", "recall.agreed", "recall_line.asked", "bank_file.recall_asked"):
        assert len(_entries(out.session, act)) == 1, act


def test_two_officers_with_the_duty_give_a_reason_and_name_payments_of_the_file(out: Sent) -> None:
    people, file, line = out.people, out.file(), out.lines()[0]
    given: dict[str, Any] = {"reason_code": "CUST", "reason": "重复", "by": people.signer}
    with pytest.raises(RecallNeedsTwo):
        ask(out.session, file, [line.reference], and_by=people.signer, **given)
    with pytest.raises(NotAllowed):
        ask(out.session, file, [line.reference], and_by=people.maker, **given)
    given["and_by"] = people.reconciler
    with pytest.raises(ReasonCodeUnknown):
        ask(out.session, file, None, **{**given, "reason_code": "WHIM"})
    for reference in (out.lines("ccb")[0].reference, "nonsense"):
        with pytest.raises(NotOfThisFile):
            ask(out.session, file, [reference], **given)
    asked(out, [line])
    with pytest.raises(NotRecallable, match="1 of the payments"):
        ask(out.session, file, [line.reference], **given)
    whole = ask(out.session, file, None, **given)
    assert (whole.number, whole.count) == (2, 3), "the whole file is what has no end yet"


def test_cancelled_was_never_executed_and_the_money_is_committed_again_to_the_fen(
    out: Sent,
) -> None:
    first, second = out.lines()[:2]
    recall = asked(out, [first, second])
    inbound = answered(out, (first, "ACCR", ""), (second, "RJCR", "LEGL"))
    assert inbound.state == "applied", inbound.faults
    assert out.outcomes(inbound) == ["moved", "moved"]
    assert out.states() == ["rejected", "sent", "sent", "sent"]
    assert out.lines()[0].result_code == "CANC"
    assert balance(out.session, "commitments:MZ15") == first.amount_fen
    assert _in_transit(out) == sum(one.amount_fen for one in out.lines()[1:])
    assert sum(balances(out.session).values()) == 0
    assert line_states(out, recall) == ["cancelled", "refused"]
    assert recall.state == "answered", "somebody has to hear that one was refused"
    close(out.session, recall, by=out.people.reconciler)
    assert recall.state == "closed"
    again = out.receive(camt029(out.file().file_reference, [(first, "ACCR", "")]) + b" ")
    assert out.outcomes(again) == ["unchanged"]
    # The rest is answered as ever; what was refused went on.
    out.reply(out.told("RJCT", "ACSC", "ACSC", "ACSC"))
    assert out.states() == ["rejected", "paid", "paid", "paid"]
    assert _in_transit(out) == 0


def test_a_whole_file_that_is_cancelled_is_answered_though_no_reply_comes(out: Sent) -> None:
    recall = asked(out)
    inbound = out.receive(camt029(recall.reference, group="ACCR"))
    assert inbound.state == "applied", inbound.faults
    assert out.states() == ["rejected"] * 4
    assert (recall.state, out.file().state) == ("closed", "answered")
    assert _in_transit(out) == 0
    out.reply(out.told("ACSC", code="ccb"), "ccb")
    assert out.batch.state == "answered"


def test_nothing_is_issued_again_before_the_recall_is_final(out: Sent) -> None:
    line = out.lines()[0]
    recall = asked(out, [line])
    out.reply(out.told("ACSC"))
    answered(out, (line, "ACCR", ""))
    assert line_states(out, recall) == ["disputed"], "paid and cancelled, both said"
    assert out.states()[0] == "paid"
    by_hand(out, recall, Answer.CANCELLED)
    assert line_states(out, recall) == ["cancelled"]
    assert out.states()[0] == "paid", "until its money is on the statement"
    assert recall.state == "closed"


def test_cancelled_first_and_paid_later_blocks_the_reissue_and_two_officers_settle_it(
    out: Sent,
) -> None:
    line = out.lines()[0]
    recall = asked(out, [line])
    answered(out, (line, "ACCR", ""))
    account(out.session.get_one(Person, line.payee_person_id))
    inbound = out.reply(out.told("ACSC"))
    assert out.outcomes(inbound)[0] == "contradiction"
    assert (recall.state, line_states(out, recall)) == ("delivered", ["disputed"])
    assert reissue(out.session, "MZ15", "2026-10", by=BANK) is None
    by_hand(out, recall, Answer.REFUSED, [line])
    assert out.states() == ["paid"] * 4
    assert balance(out.session, "settled:MZ15") == sum(one.amount_fen for one in out.lines())
    assert balance(out.session, "commitments:MZ15") == 0
    with pytest.raises(NothingOpen):
        by_hand(out, recall, Answer.REFUSED)


def test_a_cancelled_payment_that_never_moved_is_issued_again_once_corrected(out: Sent) -> None:
    line = out.lines()[0]
    asked(out, [line])
    answered(out, (line, "ACCR", ""))
    account(out.session.get_one(Person, line.payee_person_id))
    again = reissue(out.session, "MZ15", "2026-10", by=BANK)
    assert again is not None
    assert out.states()[0] == "reissued"


def test_money_that_had_left_comes_back_on_the_statement(out: Sent) -> None:
    line = out.lines()[0]
    asked(out, [line])
    answered(out, (line, "ACCR", ""))
    amount_fen = line.amount_fen
    content = statement(
        DEBIT_ACCOUNTS["rural"],
        [came_back(out.file(), line)],
        opening_fen=OPENING_FEN,
        closing_fen=OPENING_FEN + amount_fen,
        day=NEXT_DAY,
    )
    out.statement(content)
    assert out.states()[0] == "returned"
    assert balance(out.session, "returned_held:MZ15") == amount_fen
    assert (balance(out.session, "settled:MZ15"), balance(out.session, "commitments:MZ15")) == (
        0,
        0,
    )
    assert sum(balances(out.session).values()) == 0


def test_a_payment_that_fails_or_comes_back_needs_no_answer(out: Sent) -> None:
    first, second = out.lines()[:2]
    one, two = asked(out, [first]), asked(out, [second])
    out.reply(out.told("RJCT", "ACSC", "ACSC", "ACSC"))
    assert (one.state, two.state) == ("closed", "delivered")
    content = statement(
        DEBIT_ACCOUNTS["rural"],
        [came_back(out.file(), second)],
        opening_fen=OPENING_FEN,
        closing_fen=OPENING_FEN + second.amount_fen,
        day=NEXT_DAY,
    )
    out.statement(content)
    assert out.states()[:2] == ["rejected", "returned"]
    assert two.state == "closed"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("PDCR", ""),
        ("RJCR", "ARDT"),
        ("RJCR", "NOOR"),
        ("RJCR", "PTNA"),
        ("PECR", ""),
        ("XXXX", ""),
    ],
)
def test_an_answer_that_ends_nothing_leaves_it_in_transit_until_the_alarm(
    out: Sent, status: str, reason: str
) -> None:
    line = out.lines()[0]
    recall = asked(out, [line])
    inbound = answered(out, (line, status, reason))
    assert inbound.state == "applied", inbound.faults
    assert (out.outcomes(inbound), line_states(out, recall)) == (["unchanged"], ["asked"])
    assert out.states()[0] == "sent"
    assert alarm_late(out.session, on=recall.answer_due_on) == 0
    late_on = recall.answer_due_on + timedelta(days=1)
    assert [alarm_late(out.session, on=late_on) for _ in range(2)] == [1, 0], "told once"
    assert len(_entries(out.session, "recall.late")) == 1
    assert (out.states()[0], recall.state) == ("sent", "delivered")


def test_answers_that_cannot_be_meant_move_nothing(out: Sent) -> None:
    first, second, third = out.lines()[:3]
    unasked = answered(out, (first, "ACCR", ""))
    assert [one["code"] for one in unasked.faults if one["fatal"]] == ["recall_unasked"]
    asked(out, [first])
    stranger = out.receive(camt029("NOSUCHFILE", [(first, "ACCR", "")]))
    assert [one["code"] for one in stranger.faults if one["fatal"]] == ["file_unknown"]
    reference = out.file().file_reference
    odd = out.receive(
        camt029(
            reference,
            [
                (second, "ACCR", ""),
                (out.lines("ccb")[0], "ACCR", ""),
                ("0000000000000", "ACCR", ""),
            ],
        )
    )
    assert out.outcomes(odd) == ["not_asked", "wrong_file", "unknown_reference"]
    other = out.receive(camt029(reference, [(first, "ACCR", "")], amount_fen=first.amount_fen + 1))
    assert out.outcomes(other) == ["amount_mismatch"]
    both = answered(out, (first, "ACCR", ""), (first, "RJCR", "LEGL"))
    assert out.outcomes(both) == ["duplicate_conflict"] * 2
    asked(out, [third])
    vague = out.receive(camt029(reference, group="ACCR"))
    assert [one["code"] for one in vague.faults if one["fatal"]] == ["recall_ambiguous"]
    assert out.states() == ["sent"] * 4


def test_an_answer_proves_that_the_request_arrived_and_a_refusal_is_not_taken_back_silently(
    out: Sent,
) -> None:
    line = out.lines()[0]
    recall = asked(out, [line], at_bank=False)
    for state in ("sending", "unknown"):
        move(out.session, recall, state, by=SYSTEM)
    answered(out, (line, "RJCR", "LEGL"))
    assert (recall.state, line_states(out, recall)) == ("answered", ["refused"])
    later = out.receive(camt029(out.file().file_reference, [(line, "ACCR", "")]))
    assert out.outcomes(later) == ["contradiction"]
    assert line_states(out, recall) == ["disputed"]
    assert out.states()[0] == "sent"


def test_a_file_with_a_recall_is_not_sent_once_more(out: Sent) -> None:
    file = out.file()
    for role in ("replica", "origin"):
        out.session.execute(text(f"SET LOCAL session_replication_role = {role}"))
        if role == "replica":
            out.session.execute(
                text("UPDATE bank_files SET state = 'unknown' WHERE id = :id"), {"id": file.id}
            )
    out.session.refresh(file)
    recall = asked(out, [out.lines()[0]])
    people: dict[str, Any] = {
        "by": out.people.signer,
        "and_by": out.people.reconciler,
        "reason": "电话确认",
    }
    with pytest.raises(RecallPending):
        release_resend(out.session, file, **people)
    answered(out, (out.lines()[0], "ACCR", ""))
    assert recall.state == "closed"
    with pytest.raises(RecallPending):
        release_resend(out.session, file, **people)


def test_a_bank_without_messages_is_asked_by_letter_and_two_officers_record_its_answer(
    out: Sent,
) -> None:
    first, second = out.lines("ccb")[:2]
    recall = asked(out, [first, second], "ccb")
    assert (recall.state, recall.content) == ("letter", None)
    assert not out.session.scalars(select(Job).where(Job.kind == "dispatch.hand_over_recall")).all()
    given: dict[str, Any] = {"by": out.people.signer, "and_by": out.people.reconciler}
    with pytest.raises(EvidenceMissing):
        record_answer(out.session, recall, Answer.CANCELLED, None, evidence=" ", **given)
    with pytest.raises(RecallNeedsTwo):
        record_answer(
            out.session, recall, Answer.CANCELLED, None, evidence="回函",
            by=out.people.signer, and_by=out.people.signer,
        )  # fmt: skip
    by_hand(out, recall, Answer.CANCELLED, [first])
    assert recall.state == "letter"
    by_hand(out, recall, Answer.REFUSED)
    assert (recall.state, line_states(out, recall)) == ("answered", ["cancelled", "refused"])
    assert out.states("ccb") == ["rejected", "sent", "sent", "sent"]
    rest = sum(one.amount_fen for one in out.lines("ccb")[1:])
    assert balance(out.session, "in_transit:ccb:MZ15") == rest
    assert len(_entries(out.session, "recall.answer_recorded")) == 2
    entry = out.session.scalars(
        select(LedgerEntry).where(LedgerEntry.event_type == "recall.cancelled")
    ).one()
    explain_entries()
    assert {one.kind for one in origins(out.session, entry)} == {"recall", "bank_file", "batch"}
