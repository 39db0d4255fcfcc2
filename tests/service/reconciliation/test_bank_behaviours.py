"""What banks do to us, end to end: the bank's own books are the referee of what we believe."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from service.batches.models import Payment
from service.reconciliation.models import InboundFile, ReplyLine, StatementLine
from tests.factories.banks import USERS, fault
from tests.factories.batches import PAY_DAY
from tests.factories.town import Town

# Month of the batch → what each bank does to its answer, the faults we must find, what has moved.
QUARANTINED, APPLIED = "quarantined", "applied"
ROUNDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "2026-05": {
        "rural": ("truncated_reply", QUARANTINED, "xml_broken"),
        "ccb": ("bom_reply", QUARANTINED, "bom_inside"),
    },
    "2026-06": {
        "rural": ("amount_reply", QUARANTINED, "total_differs"),
        "ccb": ("fen_for_yuan_reply", QUARANTINED, "total_differs"),
    },
    "2026-07": {
        "rural": ("extra_line_reply", QUARANTINED, "count_differs"),
        "ccb": ("part_reply", APPLIED, "reply_incomplete"),
    },
    "2026-08": {
        "rural": ("unknown_status_reply", APPLIED, "status_unknown"),
        "ccb": ("reference_upper_reply", QUARANTINED, "reference_malformed"),
    },
}
# What becomes of the first payments of the last batch at one bank, and what we make of it; None:
# a person has to say, and until then the referee names the difference.
FATES: tuple[tuple[str, dict[str, Any], str | None], ...] = (
    ("later_paid", {}, "paid"),
    ("later_rejected", {}, "rejected"),
    ("paid_after_rejection", {}, None),
    ("rejected_after_payment", {}, None),
    ("return", {"how": ["summed_listed"]}, "returned"),
    ("return", {"how": ["summed_listed"]}, "returned"),
    ("return", {"how": ["reference_upper"]}, "returned"),
    ("return", {"how": ["reference_cut"], "length": 12}, "returned"),
    ("return", {"how": ["reference_bare"]}, "returned"),
    ("return", {"how": ["summed"]}, None),
    ("return", {"how": ["summed"]}, None),
    ("return", {"how": ["unnamed"]}, None),
    ("return", {"how": ["fee"], "fee_fen": 100}, None),
    ("return", {"how": ["twice_round"]}, "paid"),
)


def _answer_of(town: Town, month: str, code: str) -> tuple[str, set[str]]:
    """Return state and faults of the first answer to a month's file."""
    file = next(one for one in town.files(code) if month in one.file_reference)
    with town.committed.transaction() as session:
        found = session.scalars(
            select(InboundFile).where(
                InboundFile.file_name.startswith(f"{file.file_reference}."),
                ~InboundFile.file_name.contains(".again."),
            )
        ).all()
        return ("", set()) if not found else (
            found[0].state, {one["code"] for one in found[0].faults}
        )  # fmt: skip


def _badly_answered(town: Town, month: str, told: dict[str, tuple[str, str, str]]) -> None:
    """Send a month whose answers are bad; then have the good ones sent again."""
    town.sign(lines=6, month=month)
    town.replan(faults=[fault(kind, code) for code, (kind, _, _) in told.items()])
    town.send()
    town.collect_until(lambda: all(_answer_of(town, month, code)[0] for code in told))
    for code, (kind, state, code_of_fault) in told.items():
        answered, faults = _answer_of(town, month, code)
        assert (answered, code_of_fault in faults) == (state, True), (kind, faults)
    assert town.differences() == []
    for code in told:
        (file,) = [one for one in town.files(code) if month in one.file_reference]
        town.bank.command(f"resend-{file.file_reference}", user=USERS[code])

    def paid() -> bool:
        return all(one.state == "paid" for one in town.payments() if one.period == month)

    town.collect_until(paid)


def test_whatever_the_bank_does_we_believe_what_it_did_or_leave_it_to_a_person(town: Town) -> None:
    town.open()
    for month, told in ROUNDS.items():
        _badly_answered(town, month, told)

    town.sign(lines=40, month="2026-10")
    mine = [one for one in town.payments("rural") if one.period == "2026-10"]
    chosen = [
        ([payment], {"do": do, "code": "AC04", **how})
        for payment, (do, how, _) in zip(mine, FATES, strict=False)
    ]
    beside = ("lookalike_credit", "interest", "fees")
    town.fate(*chosen, faults=[fault(kind) for kind in beside])
    town.send()
    town.collect_until(town.answered)
    for days in range(3):
        town.end_of_day(PAY_DAY + timedelta(days=days))
    # A second answer may have been laid out behind our back while we read the first statement.
    town.collect_until(lambda: not list(town.bank.state.glob("iso/outbox/*.corrected*")))

    states = {one.id: one.state for one in town.payments()}
    believed = {one.id: expected for one, (_, _, expected) in zip(mine, FATES, strict=False)}
    assert {key: states[key] for key, state in believed.items() if state} == {
        key: state for key, state in believed.items() if state
    }
    left = {one.reference for one in mine if one.id in believed and believed[one.id] is None}
    differences = town.differences()
    assert {(one.kind, one.reference) for one in differences} == {("state", one) for one in left}
    _nothing_is_lost(town, mine)


def _nothing_is_lost(town: Town, mine: list[Payment]) -> None:
    """What is left to a person is in front of one: contradictions, and money nobody knows."""
    with town.committed.transaction() as session:
        outcomes = Counter(
            session.scalars(
                select(ReplyLine.outcome).where(ReplyLine.payment_id.in_([one.id for one in mine]))
            )
        )
        unknown = sorted(
            session.scalars(
                select(StatementLine.signed_fen).where(StatementLine.matched == "unidentified")
            )
        )
    assert outcomes["contradiction"] == 2
    paid_first = next(one for one in town.bank.referee()["payments"] if one["deed"] == "accept"
                      and one["bank"] == "iso")  # fmt: skip
    fen = [one.amount_fen for one in mine]
    assert unknown == sorted(
        [12_345, -500, paid_first["amount_fen"], fen[9] + fen[10], fen[11], fen[12] - 100]
    )
