"""Rows 16 and 19 to 22 of the banks' failures: an answer about the whole file, early, twice, backwards, unknown."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.queries import balance, balances
from service.reconciliation.acknowledgements import silent_files
from service.reconciliation.models import InboundFile
from tests.bank_adapters.makers import pain002
from tests.factories.batches import channel, county_batch, signed
from tests.factories.officers import staff
from tests.service.reconciliation.answers import Sent, sent, yuan


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four at each bank."""
    return sent(made)


def _group(out: Sent, file: BankFile, status: str, reason: str = "") -> InboundFile:
    content = pain002(
        [], file_reference=file.file_reference, group=status, group_code=reason,
        count=str(file.count), total=yuan(file.amount_fen), extra=" " * _next(out),
    )  # fmt: skip
    return out.receive(content)


def _next(out: Sent) -> int:
    """Return a number of its own, so that no answer has the bytes of another."""
    return len(out.session.scalars(select(InboundFile)).all())


def _acknowledged(session: Session) -> list[bytes]:
    acts = select(AuditEntry).where(AuditEntry.act == "bank_file.acknowledged")
    return [one.canonical for one in session.scalars(acts.order_by(AuditEntry.at))]


def test_stages_on_the_way_are_written_down_and_move_nothing_also_backwards(out: Sent) -> None:
    before, file = balances(out.session), out.file()
    stages = ("ACTC", "RCVD", "ACSP", "ACCP", "PDNG", "ACTC")
    for status in stages:
        assert _group(out, file, status).state == "applied", status
        assert (out.states(), file.state) == (["sent"] * 4, "delivered"), status
    assert balances(out.session) == before
    told = _acknowledged(out.session)
    assert [f'"reason":"{status}"'.encode() in one for status, one in zip(stages, told, strict=True)] == [True] * 6  # fmt: skip
    out.reply(out.told("ACSC"))
    _group(out, file, "RCVD")
    assert (out.states(), file.state) == (["paid"] * 4, "answered")


def test_a_group_refused_refuses_all_but_what_it_also_accepts_waits_for_a_person(
    out: Sent,
) -> None:
    lines = out.lines()
    mixed = out.reply(
        out.told("ACSC")[:1], group="RJCT", count="4", total=yuan(out.file().amount_fen)
    )
    assert any(one["code"] == "group_contradicted" for one in mixed.faults)
    assert "rejected" not in out.states()[:1], (
        "what was accepted by name is never failed by the group"
    )
    assert balance(out.session, "in_transit:rural:MZ15") + balance(
        out.session, "settled:MZ15"
    ) + balance(out.session, "commitments:MZ15") == sum(one.amount_fen for one in lines)


def test_a_word_in_no_table_waits_for_a_person_and_a_duplicate_proves_an_earlier_sending(
    out: Sent,
) -> None:
    file = out.file()
    odd = _group(out, file, "ZZZZ")
    assert [one["code"] for one in odd.faults if one["fatal"]] == ["acknowledgement_unknown"]
    double = _group(out, file, "RJCT", "DU01")
    assert (double.state, "duplicate_said" in {one["code"] for one in double.faults}) == (
        "applied",
        True,
    )
    assert (out.states(), file.state) == (["sent"] * 4, "delivered")


def test_an_acknowledgement_of_what_we_believed_was_not_handed_over_stops_the_sending(
    made: Session, data_dir: object
) -> None:
    """Its first sending had arrived: sent once more it would be paid twice."""
    for code in ("ccb", "rural"):
        channel(code)
    people = staff()
    batch = county_batch(made, 8)
    signed(made, batch, people)
    out = Sent(made, batch, people)
    file = out.file()
    file.intent_at, file.attempts = clock.now(), 1
    move(made, file, "sending", by=SYSTEM)
    move(made, file, "prepared", by=SYSTEM)
    assert _group(out, file, "ACTC").state == "applied"
    assert (file.state, out.states()) == ("delivered", ["sent"] * 4)
    assert balance(made, "in_transit:rural:MZ15") == file.amount_fen

    never = out.file("ccb")
    answered = out.reply(out.told("ACSC", code="ccb"), "ccb")
    assert [one["code"] for one in answered.faults if one["fatal"]] == ["answered_unsent"]
    assert never.state == "unknown", (
        "nobody knows who handed it over, and nobody sends it by himself"
    )
    assert out.states("ccb") == ["sent"] * 4


def test_a_bank_that_says_nothing_for_a_day_is_telephoned(out: Sent) -> None:
    assert silent_files(out.session, out.people.reconciler) == []
    for file in queries.of_batch(out.session, out.batch):
        file.sent_at = clock.now() - timedelta(hours=25)
    out.session.flush()
    (item,) = silent_files(out.session, out.people.reconciler)
    assert item.count == 2
    _group(out, out.file(), "ACTC")
    (item,) = silent_files(out.session, out.people.reconciler)
    assert item.count == 1
    assert silent_files(out.session, out.people.maker) == []
