"""Held lines get another look: corrected data or an officer frees them, and a new list pays them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.look_again import look_again
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import NeedsData, release
from service.batches.submit import submit
from service.residents.models import Account, Person
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import account, channel, due, payee
from tests.factories.officers import staff
from tests.factories.residents import PersonFactory

Town = tuple[Assessment, Batch, Person]
Start = Callable[[bool], Town]


@pytest.fixture
def start(made: Session) -> Start:
    """Build a list with one payable and one held person (no account), and freeze it if asked."""

    def begin(freeze: bool) -> Town:
        for code in ("ccb", "rural"):
            channel(code)
        assessment, waiting = AssessmentFactory.create(), PersonFactory.create()
        due(assessment, payee())
        due(assessment, waiting)
        batch = build(made, assessment, "MZ15", by=SYSTEM)
        assert batch is not None
        if freeze:
            submit(made, batch, by=staff().maker)
        return assessment, batch, waiting

    return begin


def _line(session: Session, person: Person) -> Payment:
    return session.scalars(select(Payment).where(Payment.payee_person_id == person.id)).one()


def _holds(session: Session, line: Payment) -> dict[str, str | None]:
    """Return {control: who cleared it} of a line."""
    session.expire_all()
    rows = session.scalars(select(PaymentHold).where(PaymentHold.payment_id == line.id))
    return {hold.control: hold.cleared_by for hold in rows}


def test_nothing_changed_leaves_the_line_held(made: Session, start: Start) -> None:
    assessment, _, waiting = start(True)
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is None
    assert _line(made, waiting).state == "held"


def test_a_corrected_account_frees_the_line_where_it_is(made: Session, start: Start) -> None:
    assessment, batch, waiting = start(False)
    given = account(waiting)
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is None
    line = _line(made, waiting)
    assert (line.state, line.batch_id, line.account_id) == ("ready", batch.id, given.id)
    assert _holds(made, line) == {"no_account": "data"}


def test_after_the_freeze_it_moves_to_a_new_list_of_the_month(made: Session, start: Start) -> None:
    assessment, first, waiting = start(True)
    account(waiting)
    second = look_again(made, assessment, "MZ15", by=SYSTEM)
    assert second is not None
    line = _line(made, waiting)
    assert (line.state, line.batch_id) == ("ready", second.id)
    assert (second.state, second.run_no) == ("draft", first.run_no + 1)
    assert build(made, assessment, "MZ15", by=SYSTEM) is None, "nobody gets a second line"


def test_a_line_that_is_no_longer_due_stays_held(made: Session, start: Start) -> None:
    _, _, waiting = start(True)
    account(waiting)
    without = AssessmentFactory.create()
    assert look_again(made, without, "MZ15", by=SYSTEM) is None
    assert _line(made, waiting).state == "held"


def test_an_officer_clears_what_stayed_behind_and_it_is_paid_next(
    made: Session, start: Start
) -> None:
    assessment, _, waiting = start(True)
    account(waiting)
    given = made.scalars(select(Account).where(Account.person_id == waiting.id)).one()
    given.status = "未激活"
    made.flush()
    look_again(made, assessment, "MZ15", by=SYSTEM)
    line = _line(made, waiting)
    assert _holds(made, line) == {"no_account": "data", "account_not_usable": None}
    release(made, line, by=staff().maker, reason="The bank confirmed it by telephone.")
    assert line.state == "held", "its list is frozen; the next press takes it along"
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is not None
    assert _line(made, waiting).state == "ready"


def test_what_only_data_can_clear_no_officer_clears(made: Session, start: Start) -> None:
    _, _, waiting = start(True)
    with pytest.raises(NeedsData):
        release(made, _line(made, waiting), by=staff().maker, reason="Pay anyway.")
