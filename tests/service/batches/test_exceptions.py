"""Exceptions: found first things first, given with a day, answered, reminded, escalated, cleared together."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.batches.cooling import BankNotAsked
from service.batches.exceptions import find
from service.batches.exceptions.answer import answer, ask_again, give_back, withdraw
from service.batches.exceptions.assign import To, assign, preview_assign
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.models import (
    ExceptionAnswer,
    ExceptionAssignment,
    ExceptionDecided,
)
from service.batches.exceptions.problems import (
    AnswerIncomplete,
    NothingToDo,
    NotYourOffice,
    OfficeUnknown,
    SelectionChanged,
)
from service.batches.exceptions.progress import progress
from service.batches.exceptions.remind import escalate, look_at_deadlines, remind, superior_of
from service.batches.exceptions.rules import FILE, days_of, read_rules
from service.batches.exceptions.totals import totals
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import ReasonMissing, release
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.interests import declare
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.officers.organisations import describe
from service.residents.models import Person
from tests.factories.batches import BatchFactory, PaymentFactory, account, verified
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.service.batches.held_cases import (
    EAST,
    MONTH,
    WEST,
    clear_all,
    given,
    hold,
    key_of,
    line,
    tasks,
    town_officer,
)


@pytest.fixture
def offices(made: Session) -> None:
    """A county with its two townships, civil affairs and finance."""
    for name, kind, division in (
        ("县民政局", "civil_affairs", ""),
        ("县财政局", "finance", ""),
        ("东镇", "township", EAST),
        ("西镇", "township", WEST),
        ("东一村", "village", f"{EAST}200"),
    ):
        describe(made, name, kind, division=division, by=SYSTEM)


@pytest.fixture
def maker(offices: None) -> Officer:
    made: Officer = OfficerFactory.create()
    return made


@pytest.fixture
def east(offices: None) -> Officer:
    return town_officer()


@pytest.fixture
def batch(made: Session) -> Batch:
    found: Batch = BatchFactory.create()
    return found


ANSWER = {"outcome": "confirmed", "said": "人在家，已见面", "evidence": "走访记录第3号"}


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_gravest_come_first_then_the_oldest_and_pages_meet_without_gap(
    made: Session, maker: Officer, batch: Batch, limit: int
) -> None:
    for controls in (("account_unverified",), ("payee_dead", "shared_account"), ("no_account",)):
        line(batch, *controls)
    seen = find.seen_by(maker)
    walked, after = [], ""
    while True:
        rows, after = find.page(made, MONTH, seen, after=after, limit=limit)
        walked += [one.control for one in rows]
        if not after:
            break
    assert walked == ["payee_dead", "no_account", "account_unverified", "shared_account"]
    sums = totals(made, MONTH, seen)
    assert (sums.count, sums.stop, sums.unassigned) == (4, 2, 4)
    assert (sums.lines, sums.amount_fen) == (3, 30_000)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(month="2026-09"), 0),
        (Wanted(control="no_account"), 1),
        (Wanted(programme="MZ16"), 0),
        (Wanted(place=WEST), 1),
        (Wanted(severity="check"), 1),
        (Wanted(standing="unassigned"), 2),
        (Wanted(standing="overdue"), 0),
        (Wanted(organisation="东镇"), 0),
        (Wanted(keys=("h0", "nonsense")), 0),
    ],
)
def test_filters_say_what_they_say(
    made: Session, maker: Officer, batch: Batch, wanted: Wanted, count: int
) -> None:
    line(batch, "no_account")
    line(batch, "account_unverified", place=WEST)
    rows, _ = find.page(made, wanted, find.seen_by(maker))
    assert len(rows) == count == totals(made, wanted, find.seen_by(maker)).count


def test_a_township_sees_its_own_and_what_it_was_asked(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    line(batch, "no_account")
    line(batch, "no_account", place=WEST)
    rows, _ = find.page(made, MONTH, find.seen_by(east))
    assert [one.division for one in rows] == [f"{EAST}200"]


def test_each_township_is_given_its_own_with_the_rules_day(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    line(batch, "death_reported")
    line(batch, "account_unverified", place=WEST)
    shown = preview_assign(made, MONTH, To("each:township"), by=maker)
    assert [(one.name, one.count) for one in shown.offices] == [("东镇", 1)]
    assert [(one.name, one.count) for one in shown.refused] == [("nobody_there", 1)]
    letters = given(made, maker, "each:township")
    assert [(one.organisation, one.count) for one in letters] == [("东镇", 1)]
    assert letters[0].answerable == [str(east.id)]
    (task,) = tasks(made)
    rule = read_rules(FILE.read_text(encoding="utf-8"), "x").of("death_reported")
    assert (task.due_on, task.remind_on) == days_of(rule, asked_on=clock.today())
    entry = made.scalars(select(AuditEntry).where(AuditEntry.act == "exception.assigned")).one()
    assert entry.object_id == str(letters[0].number)


def test_an_office_gets_only_what_lies_in_its_place_and_another_takes_over(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    line(batch, "no_account")
    line(batch, "no_account", place=WEST)
    OfficerFactory.create(organisation="县财政局", duties=["reviewer"])
    shown = preview_assign(made, MONTH, To("东镇"), by=maker)
    assert [(one.name, one.count) for one in shown.refused] == [("lies_elsewhere", 1)]
    given(made, maker, "东镇")
    assert preview_assign(made, MONTH, To("县财政局"), by=maker).taken == 1
    given(made, maker, "县财政局", days=7)
    assert [one.state for one in tasks(made)] == ["withdrawn", "given", "given"]
    again = preview_assign(made, MONTH, To("县财政局"), by=maker)
    assert [(one.name, one.count) for one in again.refused] == [("there_already", 2)]
    with pytest.raises(NothingToDo):
        assign(made, MONTH, To("县财政局"), mark=again.mark, note="再次", by=maker)
    with pytest.raises(OfficeUnknown):
        preview_assign(made, MONTH, To("无此局"), by=maker)


def test_an_answer_is_kept_once_and_clears_nothing(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    payment = line(batch, "death_reported")
    given(made, maker, "东镇")
    key = key_of(made, payment)
    with pytest.raises(AnswerIncomplete):
        answer(made, key, **{**ANSWER, "evidence": " "}, by=east)
    answer(made, key, **ANSWER, by=east)
    with pytest.raises(IllegalMove):
        answer(made, key, **ANSWER, by=east)
    assert made.scalar(select(func.count()).select_from(ExceptionAnswer)) == 1
    held = made.scalars(select(PaymentHold)).one()
    assert (held.cleared_at, payment.state) == (None, "held")
    with pytest.raises(NotAllowed):
        release(made, payment, by=east, reason="自行解除")
    with pytest.raises(NotAllowed):
        preview_clear(made, MONTH, by=east)
    ask_again(made, key, reason="请补充照片", by=maker)
    assert [one.state for one in tasks(made)] == ["given"]
    give_back(made, key, reason="户籍已迁出", by=east)
    withdraw(made, key, reason="另行交办", by=maker)
    acts = made.scalars(
        select(AuditEntry.act)
        .where(AuditEntry.object_type == "exception_tasks")
        .order_by(AuditEntry.at)
    ).all()
    assert acts == [
        "exception.answered", "exception.asked_again", "exception.returned", "exception.withdrawn",
    ]  # fmt: skip


def test_another_office_does_not_answer_nor_see_it(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    key = key_of(made, line(batch, "death_reported"))
    given(made, maker, "东镇")
    with pytest.raises(NotFound):
        answer(made, key, **ANSWER, by=town_officer("西镇", WEST))
    with pytest.raises(NotYourOffice):
        answer(made, key, **ANSWER, by=maker)
    with pytest.raises(NotAllowed):
        answer(made, key, **ANSWER, by=town_officer(duties=["signer"]))


def test_a_preview_says_exactly_what_is_then_done(
    made: Session, maker: Officer, batch: Batch
) -> None:
    free = line(batch, "account_unverified", amount_fen=5_001)
    twice = line(batch, "account_unverified", "shared_account", place=WEST, amount_fen=6_002)
    line(batch, "account_unverified", "no_account", amount_fen=7_003)
    person: Person = PersonFactory.create()
    mine = line(batch, "shared_account", payee_person_id=person.id)
    declare(made, maker, person.id, "spouse", by=SYSTEM)
    shown = preview_clear(made, MONTH, by=maker)
    assert (shown.total.count, shown.total.lines, shown.total.amount_fen) == (4, 3, 18_006)
    assert (shown.freed.lines, shown.freed.amount_fen) == (2, 11_003)
    assert {one.name: one.lines for one in shown.townships} == {EAST: 2, WEST: 1}
    assert {one.name: one.count for one in shown.refused} == {"needs_data": 1, "conflict": 1}
    with pytest.raises(ReasonMissing):
        clear(made, MONTH, mark=shown.mark, reason=" ", by=maker)
    done = clear(made, MONTH, mark=shown.mark, reason="已逐户核实 330523199001010011", by=maker)
    assert (done.count, done.lines, done.amount_fen) == (4, 3, 18_006)
    assert made.scalar(select(func.count()).select_from(ExceptionDecided)) == 4
    states = {one.id: one.state for one in made.scalars(select(Payment))}
    assert (states[free.id], states[twice.id], states[mine.id]) == ("ready", "ready", "held")
    assert sorted(states.values()) == ["held", "held", "ready", "ready"]
    reasons = made.scalars(
        select(PaymentHold.cleared_reason).where(PaymentHold.cleared_at.is_not(None))
    )
    assert set(reasons) == {"已逐户核实 ‹number›"}
    with pytest.raises(SelectionChanged):
        clear(made, MONTH, mark=shown.mark, reason="再来一次", by=maker)


Change = Callable[[Session, Payment], Any]


def _comes(_session: Session, payment: Payment) -> None:
    other = PaymentFactory.create(state="held", division=f"{EAST}200")
    other.batch_id = payment.batch_id
    hold(other, "account_unverified")


def _held_by_more(_session: Session, payment: Payment) -> None:
    hold(payment, "shared_account")


def _goes(session: Session, payment: Payment) -> None:
    release(session, payment, by=OfficerFactory.create(), reason="单笔核实")


def _stands_otherwise(session: Session, payment: Payment) -> None:
    found = session.scalars(select(PaymentHold).where(PaymentHold.payment_id == payment.id)).one()
    found.evidence = {"people": 3}


@pytest.mark.parametrize("change", [_comes, _held_by_more, _goes, _stands_otherwise])
def test_a_stale_preview_does_nothing(
    made: Session, maker: Officer, batch: Batch, change: Change
) -> None:
    payment = line(batch, "account_unverified")
    line(batch, "account_unverified")
    mark = preview_clear(made, MONTH, by=maker).mark
    change(made, payment)
    made.flush()
    before = made.scalar(select(func.count()).where(PaymentHold.cleared_at.is_not(None)))
    with pytest.raises(SelectionChanged):
        clear(made, MONTH, mark=mark, reason="已核实", by=maker)
    assert made.scalar(select(func.count()).where(PaymentHold.cleared_at.is_not(None))) == before


def test_another_officers_preview_is_not_confirmed(
    made: Session, maker: Officer, batch: Batch
) -> None:
    line(batch, "account_unverified")
    mark = preview_clear(made, MONTH, by=maker).mark
    with pytest.raises(SelectionChanged):
        clear(made, MONTH, mark=mark, reason="已核实", by=OfficerFactory.create())


def test_a_township_maker_clears_no_other_townships_lines(
    made: Session, offices: None, batch: Batch
) -> None:
    line(batch, "account_unverified")
    other = line(batch, "account_unverified", place=WEST)
    own = town_officer(duties=["maker"])
    clear_all(made, own)
    assert made.scalars(select(Payment.state).where(Payment.id == other.id)).one() == "held"
    clear_all_of_west = Wanted(keys=(key_of(made, other),))
    with pytest.raises(NothingToDo):
        clear_all(made, own, clear_all_of_west)


@pytest.mark.parametrize("answered", [True, False])
def test_a_new_account_waits_for_its_bank_as_one_by_one(
    made: Session, maker: Officer, batch: Batch, answered: bool
) -> None:
    person: Person = PersonFactory.create()
    card = account(person, verdict=None, known_from=clock.now() - timedelta(days=1000))
    if answered:
        verified(card, person)
    payment = line(batch, "account_changed", account_id=card.id, payee_person_id=person.id)
    refused = preview_clear(made, MONTH, by=maker).refused
    assert [one.name for one in refused] == ([] if answered else ["bank_not_asked"])
    if answered:
        release(made, payment, by=maker, reason="银行已核验")
    else:
        with pytest.raises(BankNotAsked):
            release(made, payment, by=maker, reason="银行已核验")


def test_it_is_reminded_once_and_escalated_once(
    made: Session, maker: Officer, east: Officer, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    line(batch, "death_reported")
    given(made, maker, "东镇")
    (task,) = tasks(made)
    assert remind(made) == 0
    for day, reminded, escalated in (
        (task.remind_on, 1, 0), (task.due_on, 0, 0), (task.due_on + timedelta(days=1), 0, 1),
        (task.due_on + timedelta(days=9), 0, 0),
    ):  # fmt: skip
        monkeypatch.setattr(clock, "today", lambda on=day: on)
        assert (remind(made), escalate(made)) == (reminded, escalated)
        look_at_deadlines(made, day=str(day))
    (task,) = tasks(made)
    assert task.escalated_to == "县民政局"
    acts = list(made.scalars(select(AuditEntry.act).where(AuditEntry.actor_kind == "system")))
    assert (acts.count("exception.reminded"), acts.count("exception.escalated")) == (1, 1)


def test_who_is_above_whom(made: Session, offices: None) -> None:
    above = {name: superior_of(made, name) for name in ("东一村", "东镇", "县民政局", "县财政局")}
    assert above == {"东一村": "东镇", "东镇": "县民政局", "县民政局": "县财政局", "县财政局": ""}


def test_progress_counts_answers_and_what_ended_meanwhile(
    made: Session, maker: Officer, east: Officer, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _, _ = (line(batch, "account_unverified") for _ in range(4))
    given(made, maker, "东镇")
    answer(made, key_of(made, first), **ANSWER, by=east)
    clear_all(made, maker, Wanted(keys=(key_of(made, second),)))
    monkeypatch.setattr(clock, "today", lambda: date(2027, 12, 1))
    (row,) = progress(made, month="2026-10", officer=maker)
    assert (row.given, row.done, row.open, row.overdue) == (4, 2, 2, 2)
    assert row.done_basis_points == 5_000
    assert progress(made, month="2026-09", officer=maker) == []
    assert progress(made, officer=town_officer("西镇", WEST)) == []


def test_assignments_name_the_exceptions_by_hash(
    made: Session, maker: Officer, east: Officer, batch: Batch
) -> None:
    line(batch, "no_account")
    given(made, maker, "东镇")
    kept = made.scalars(select(ExceptionAssignment)).one()
    assert len(kept.digest) == 64
    assert kept.amount_fen == 10_000
