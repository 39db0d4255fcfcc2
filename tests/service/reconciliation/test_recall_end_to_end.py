"""A payment is called back at a bank that plays along: lost on its way, asked again, cancelled, to the fen."""

from sqlalchemy import select

from service.dispatch import queries
from service.dispatch.recall.ask import ask
from service.dispatch.recall.models import Recall, RecallLine
from service.foundation import jobs
from service.ledger.queries import balance
from tests.bank_adapters.banks import wait_until
from tests.factories.banks import fault, our_totals, their_totals
from tests.factories.batches import PAY_DAY
from tests.factories.town import Town

RECALLING = ("dispatch.hand_over_recall", "dispatch.resolve_recall")


def _recall(town: Town, *references: str) -> None:
    with town.committed.transaction() as session:
        file = next(one for one in queries.of_batch(session, town.batch()) if one.profile != "ccb")
        ask(
            session, file, references, reason_code="UPAY", reason="发放后核实已去世",
            by=town.people.signer, and_by=town.people.reconciler,
        )  # fmt: skip


def _recalls(town: Town) -> list[tuple[str, str]]:
    """Return (state of the recall, state of its only payment) in order."""
    with town.committed.transaction() as session:
        found = session.execute(
            select(Recall.state, RecallLine.state)
            .join(RecallLine, RecallLine.recall_id == Recall.id)
            .order_by(Recall.number)
        )
        return [(row[0], row[1]) for row in found]


def test_a_request_the_bank_never_got_is_asked_again_and_cancels_to_the_fen(town: Town) -> None:
    town.open(faults=[{**fault("late_reply"), "days": 1}]).sign(lines=8)
    town.send()
    # Both files are read under the first plan, whose answer is late.
    wait_until(lambda: len(town.bank.referee()["payments"]) == 8)
    first, second, *_ = town.payments("rural")
    town.replan(faults=[fault("drop_mid_write"), fault("recall_pending")])
    _recall(town, first.reference)
    jobs.drain(kinds=RECALLING)
    assert _recalls(town) == [("unknown", "asked")]
    # Only a part of it lies there: that is taken back, and while it may still appear nobody asks anew.
    town.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 3600")
    town.wait_for_retries()
    jobs.drain(kinds=RECALLING)
    assert _recalls(town) == [("unknown", "asked")]
    town.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 0")
    town.wait_for_retries()
    jobs.drain(kinds=RECALLING)
    assert _recalls(town) == [("delivered", "asked")]

    # The bank looks at it first; what nobody was told of yet it does not execute.
    town.collect_until(lambda: town.bank.referee()["totals"].get("rejected") is not None)
    assert {one.state for one in town.payments("rural")} == {"sent"}
    town.replan(faults=[fault("recall_refused")])
    _recall(town, second.reference)
    jobs.drain(kinds=RECALLING)
    town.collect_until(lambda: _recalls(town)[1] == ("answered", "refused"))
    town.end_of_day()
    town.collect_until(town.answered)
    town.collect_until(lambda: _recalls(town)[0] == ("closed", "cancelled"))
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank)
        assert balance(session, "commitments:MZ15") == first.amount_fen
        assert balance(session, "in_transit:rural:MZ15") == 0
    assert town.payments("rural")[0].result_code == "CANC"
    assert town.differences() == []
    town.close(PAY_DAY)
