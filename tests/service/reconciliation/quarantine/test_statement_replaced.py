"""A corrected statement: two people let it take the booked one's place, and the books follow to the fen."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.ledger.asks.ask import AskRefused
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import LedgerEntry
from service.ledger.queries import balance, balances
from service.officers.may import NotAllowed
from service.reconciliation import chain
from service.reconciliation.close_day import DayNotClosable, cash_on, close_day
from service.reconciliation.day_view import day_figures
from service.reconciliation.decide_asks import decide
from service.reconciliation.keep import StillQuarantined
from service.reconciliation.models import (
    BankStatement,
    FileControl,
    InboundFile,
    StatementLine,
    StatementReplacement,
)
from service.reconciliation.quarantine.problems import NotInQuarantine, NotReplaceable
from service.reconciliation.quarantine.take import ask_to_take
from service.reconciliation.queries import days, unidentified
from service.reconciliation.reopen_day import ask_to_reopen
from service.reconciliation.write_off import ask_to_write_off
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import (
    NEXT_DAY,
    Sent,
    came_back,
    debit,
    entry,
    sent,
    statement,
)

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at the rural bank, all paid."""
    out = sent(made)
    out.reply(out.told("ACSC"))
    return out


def _paid_fen(out: Sent) -> int:
    return sum(line.amount_fen for line in out.lines())


def _first_day(out: Sent, *more: str, moved_fen: int) -> InboundFile:
    paid_fen = _paid_fen(out)
    content = statement(
        ACCOUNT, [debit(out.file(), paid_fen), *more],
        opening_fen=OPENING_FEN, closing_fen=OPENING_FEN - paid_fen + moved_fen,
    )  # fmt: skip
    return out.statement(content)


def _next_day(out: Sent, opening_fen: int) -> InboundFile:
    return out.statement(
        statement(
            ACCOUNT, [], opening_fen=opening_fen, closing_fen=opening_fen, day=NEXT_DAY, number=2
        )
    )


def _codes(file: InboundFile) -> set[str]:
    return {fault["code"] for fault in file.faults if fault["fatal"]}


def _taken(out: Sent, file: InboundFile) -> FinanceAsk:
    asked = ask_to_take(out.session, file, reason="银行更正", by=out.people.reconciler)
    decide(out.session, asked, confirmed=True, by=out.people.signer)
    _end(out)
    return asked


def _end(out: Sent) -> None:
    """Have the database check now what it checks at the end of a transaction."""
    out.session.flush()
    out.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    out.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def test_a_corrected_statement_replaces_the_booked_one(out: Sent) -> None:
    session, people = out.session, out.people
    first, second, third, _ = out.lines()
    back = [came_back(out.file(), one) for one in (first, second)]
    returned_fen = first.amount_fen + second.amount_fen
    old = _first_day(out, *back, entry(7, "CRDT"), moved_fen=returned_fen + 7)
    assert out.states() == ["returned", "returned", "paid", "paid"]
    cash_fen = balance(session, "bank_cash:rural")
    _next_day(out, cash_fen)
    # The bank corrects the day: not the second, but the third payment came back, and no seven fen.
    right = [came_back(out.file(), one) for one in (first, third)]
    moved_fen = first.amount_fen + third.amount_fen
    new = _first_day(out, *right, moved_fen=moved_fen)
    assert (new.state, _codes(new), new.conflicts_with_id) == (
        "quarantined", {"statement_twice"}, old.id,
    )  # fmt: skip
    assert balance(session, "bank_cash:rural") == cash_fen

    with pytest.raises(NotAllowed):
        ask_to_take(session, new, reason="x", by=people.maker)
    before, entries = balances(session), len(session.scalars(select(LedgerEntry)).all())
    asked = ask_to_take(session, new, reason="银行更正", by=people.reconciler)
    differs_fen = third.amount_fen - second.amount_fen - 7
    assert asked.amount_fen == differs_fen
    assert asked.details["replaces"] == [f"S-1 {PAY_DAY}"]
    assert len(asked.details["breaks"]) == 1, "the next day will not follow any more"
    assert balances(session) == before, "what was tried is undone"
    assert len(session.scalars(select(LedgerEntry)).all()) == entries
    assert (new.state, out.states()) == ("quarantined", ["returned", "returned", "paid", "paid"])
    with pytest.raises(AskRefused, match="yourself"):
        decide(session, asked, confirmed=True, by=people.reconciler)

    decide(session, asked, confirmed=True, by=people.signer)
    _end(out)
    assert (new.state, old.state) == ("applied", "applied")
    assert out.states() == ["returned", "paid", "returned", "paid"]
    assert balance(session, "bank_cash:rural") == cash_fen + differs_fen
    assert balance(session, "unidentified_receipts") == 0
    assert balance(session, f"returned_held:{first.programme}") == moved_fen
    assert sum(balances(session).values()) == 0
    kept = session.scalars(select(BankStatement).order_by(BankStatement.version_no)).all()
    assert [(one.booked_on, one.version_no) for one in kept if one.booked_on == PAY_DAY] == [
        (PAY_DAY, 1), (PAY_DAY, 2),
    ]  # fmt: skip
    (replaced,) = session.scalars(select(StatementReplacement)).all()
    assert (replaced.by_file_id, replaced.ask_id) == (new.id, asked.id)
    assert len(session.scalars(select(StatementLine)).all()) == 4 + 3, "the old lines are kept"
    control = session.get_one(FileControl, (out.file().id, new.id))
    assert (control.paid_count, control.returned_fen) == (2, moved_fen)
    acts = session.scalars(select(AuditEntry.act)).all()
    assert {"statement.replaced", "inbound_file.taken", "payment.paid_after_return"} <= set(acts)
    with pytest.raises(NotInQuarantine):
        ask_to_take(session, new, reason="x", by=people.reconciler)
    _the_days_follow(out, cash_fen, differs_fen)


def _the_days_follow(out: Sent, old_closing_fen: int, differs_fen: int) -> None:
    """The chain is looked at anew, and the replaced statement is in no figure of the day."""
    session, channel = out.session, out.channel()
    (broken,) = chain.breaks(session, channel)
    assert (broken.kind, broken.statement.booked_on) == ("opening_differs", NEXT_DAY)
    figures = day_figures(session, channel, PAY_DAY)
    assert figures is not None
    assert (figures.differs_fen, figures.rows) == (0, [])
    assert figures.said["return"] == [2, figures.booked["statement.returned"][1]]
    assert "unidentified" not in figures.said
    assert set(figures.booked) == {"statement.debited", "statement.returned"}
    assert unidentified(session) == []
    (shown,) = [one for one in days(session) if (one.channel.id, one.day) == (channel.id, PAY_DAY)]
    assert shown.closing_fen == shown.ledger_fen == old_closing_fen + differs_fen
    assert close_day(session, channel, PAY_DAY, by=out.people.reconciler)
    with pytest.raises(DayNotClosable, match="opening balance"):
        close_day(session, channel, NEXT_DAY, by=out.people.reconciler)
    # The bank corrects the next day as well; it is taken the same way, and everything closes.
    corrected = _next_day(out, old_closing_fen + differs_fen)
    assert _codes(corrected) == {"statement_twice"}
    _taken(out, corrected)
    assert chain.breaks(session, channel) == []
    assert close_day(session, channel, NEXT_DAY, by=out.people.reconciler)


def test_a_closed_day_is_re_opened_first_and_then_the_same_bytes_are_taken(out: Sent) -> None:
    session, channel, people = out.session, out.channel(), out.people
    _first_day(out, moved_fen=0)
    close_day(session, channel, PAY_DAY, by=people.reconciler)
    corrected = _first_day(out, entry(9, "CRDT"), moved_fen=9)
    assert _codes(corrected) == {"day_closed", "statement_twice"}
    with pytest.raises(StillQuarantined, match="closed"):
        ask_to_take(session, corrected, reason="x", by=people.reconciler)
    early_fen = OPENING_FEN - 4
    early = statement(
        ACCOUNT, [entry(4, "CRDT")], opening_fen=early_fen, closing_fen=OPENING_FEN,
        day=PAY_DAY - timedelta(days=1), number=0,
    )  # fmt: skip
    late_one = out.statement(early)
    assert _codes(late_one) == {"day_closed"}
    reopened = ask_to_reopen(session, channel, PAY_DAY, reason="更正", by=people.reconciler)
    decide(session, reopened, confirmed=True, by=people.signer)
    # What was kept only because its day was closed is booked when the bank sends the same bytes again.
    again = out.statement(early)
    assert (again.id, again.state, again.times_seen) == (late_one.id, "applied", 2)
    assert cash_on(session, channel, PAY_DAY - timedelta(days=1)) == OPENING_FEN + 4
    # What would replace another one still needs two people, whoever sends it again.
    paid_fen = _paid_fen(out)
    content = statement(
        ACCOUNT, [debit(out.file(), paid_fen), entry(9, "CRDT")],
        opening_fen=OPENING_FEN, closing_fen=OPENING_FEN - paid_fen + 9,
    )  # fmt: skip
    assert out.statement(content).state == "quarantined"
    _taken(out, corrected)
    assert corrected.state == "applied"
    assert balance(session, "bank_cash:rural") == OPENING_FEN - paid_fen + 13


def test_what_was_built_on_the_old_statement_is_never_pulled_away(out: Sent) -> None:
    session, people = out.session, out.people
    first, *_ = out.lines()
    _first_day(out, came_back(out.file(), first), entry(7, "CRDT"), moved_fen=first.amount_fen + 7)
    corrected = _first_day(out, moved_fen=0)
    before = balances(session)
    session.execute(text("UPDATE payments SET state = 'reissued' WHERE id = :id"), {"id": first.id})
    with pytest.raises(NotReplaceable, match="1 payments that came back"):
        ask_to_take(session, corrected, reason="x", by=people.reconciler)
    assert balances(session) == before
    assert session.scalars(select(StatementReplacement)).all() == []


def test_a_receipt_that_was_written_off_keeps_its_statement(out: Sent) -> None:
    session, people = out.session, out.people
    _first_day(out, entry(7, "CRDT"), moved_fen=7)
    line = session.scalars(select(StatementLine).where(StatementLine.signed_fen == 7)).one()
    asked = ask_to_write_off(session, line, reason="小额", by=people.reconciler)
    decide(session, asked, confirmed=True, by=people.signer)
    corrected = _first_day(out, moved_fen=0)
    with pytest.raises(NotReplaceable, match="written off"):
        ask_to_take(session, corrected, reason="x", by=people.reconciler)


def test_a_damaged_or_wrong_statement_is_never_taken(out: Sent) -> None:
    wrong = out.statement(
        statement(ACCOUNT, [entry(5, "CRDT")], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN)
    )
    with pytest.raises(StillQuarantined, match="do not give the closing balance"):
        ask_to_take(out.session, wrong, reason="x", by=out.people.reconciler)
    assert out.session.scalars(select(FinanceAsk)).all() == []


def test_what_came_back_before_the_bank_said_paid_is_in_transit_again(
    made: Session, data_dir: object
) -> None:
    out = sent(made, 4)
    first, second = out.lines()
    in_transit = f"in_transit:rural:{first.programme}"
    sent_fen = balance(made, in_transit)
    back_fen = first.amount_fen
    out.statement(
        statement(
            ACCOUNT, [came_back(out.file(), first)],
            opening_fen=OPENING_FEN, closing_fen=OPENING_FEN + back_fen,
        )
    )  # fmt: skip
    assert (out.states(), balance(made, in_transit)) == (["returned", "sent"], sent_fen - back_fen)
    corrected = out.statement(
        statement(ACCOUNT, [], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN)
    )
    _taken(out, corrected)
    assert (out.states(), balance(made, in_transit)) == (["unknown", "sent"], sent_fen)
    assert [line.settled_on for line in out.lines()] == [None, None]
    assert balance(made, f"settled:{first.programme}") == 0
    out.reply(out.told("ACSC"))
    assert out.states() == ["paid", "paid"], "the reply still counts"
    del second


def test_the_database_refuses_a_replacement_by_one(out: Sent) -> None:
    session = out.session
    _first_day(out, moved_fen=0)
    corrected = _first_day(out, entry(9, "CRDT"), moved_fen=9)
    asked = ask_to_take(session, corrected, reason="x", by=out.people.reconciler)
    (booked,) = session.scalars(select(BankStatement)).all()
    insert = text(
        "INSERT INTO statement_replacements VALUES (:old, :file, :ask, now())"
    ).bindparams(old=booked.id, file=corrected.id, ask=asked.id)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(IntegrityError, match="two people"), session.begin_nested():
        session.execute(insert)
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    twice = text(
        "INSERT INTO bank_statements (id, inbound_file_id, channel_id, statement_id, booked_on, "
        "opening_fen, closing_fen, version_no) SELECT gen_random_uuid(), inbound_file_id, channel_id, "
        "statement_id, booked_on, opening_fen, closing_fen, 2 FROM bank_statements"
    )
    with pytest.raises(IntegrityError, match="is booked"), session.begin_nested():
        session.execute(twice)
