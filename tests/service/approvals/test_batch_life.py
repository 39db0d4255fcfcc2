"""Whatever officers try, in whatever order, the rules that never break hold after every step."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, select

from service.approvals.models import ApprovalAct
from service.batches.models import Payment
from tests.service.approvals.batch_life import OUTSIDE, BatchLife, events


@pytest.mark.slow
def test_everybody_tries_everything(database_engine: Engine, data_dir: object) -> None:
    class InThisDatabase(BatchLife):
        def __init__(self) -> None:
            super().__init__(database_engine)

    # The same tries on every run: what a busy machine does slower it does not do otherwise.
    run_state_machine_as_test(
        InThisDatabase,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Walk:
    """A batch's life walked by hand, every invariant looked at wherever it stands."""

    def __init__(self, life: BatchLife) -> None:
        self.life = life

    def then(self, state: str) -> None:
        self.life.nothing_is_paid_twice()
        self.life.nothing_leaves_unsigned()
        self.life.what_is_objected_to_is_not_paid()
        self.life.every_objection_moves_legally()
        self.life.every_move_is_legal_and_recorded()
        self.life.the_ledger_balances()
        self.life.nobody_acts_twice()
        assert self.life.batch.state == state

    def approved_by_all(self, steps: int = 4) -> None:
        for _ in range(steps):
            self.life.whose_step_it_is_approves()
        self.then("approved")
        self.life.files_are_written()
        self.then("prepared")

    def posted(self) -> None:
        self.life.the_maker_submits()
        self.then("noticed")
        self.life.day += timedelta(days=8)


@pytest.fixture
def walk(database_engine: Engine, data_dir: object) -> Iterator[Walk]:
    life = BatchLife(database_engine)
    yield Walk(life)
    life.teardown()


def test_the_model_goes_back_every_way_before_it_is_signed(walk: Walk) -> None:
    life = walk.life
    life.the_maker_submits()
    life.approves(1)
    walk.then("noticed")
    assert not life.session.query(ApprovalAct).count(), "its notice still hangs"
    life.calls_back(0)
    walk.then("returned")
    life.the_held_line_is_released()
    walk.posted()
    life.approves(1)
    life.returns(2, "township")
    walk.then("noticed")
    walk.approved_by_all()
    life.returns(6, "leaders")
    walk.then("frozen")
    walk.approved_by_all(3)


def states_of(walk: Walk) -> Counter[str]:
    """Return how many lines of the list are where."""
    of_batch = select(Payment.state).where(Payment.batch_id == walk.life.batch_id)
    return Counter(walk.life.session.scalars(of_batch))


def test_the_model_holds_one_line_by_an_objection_and_pays_the_rest(walk: Walk) -> None:
    life = walk.life
    life.the_maker_submits()
    life.somebody_objects(1)
    walk.then("noticed")
    assert states_of(walk) == {"frozen": 2, "held": 2}
    life.the_held_line_is_released()
    life.the_held_line_is_released()
    walk.then("noticed")
    assert states_of(walk)["frozen"] == 2, "an objection is answered, not released"
    life.an_objection_is_answered(0, False)
    walk.then("noticed")
    life.an_objection_is_answered(OUTSIDE, True)
    walk.then("noticed")
    life.day += timedelta(days=8)
    walk.approved_by_all()
    for who in (6, 7):
        life.signs(who)
    life.a_file_is_handed_over(False)
    walk.then("sent")
    assert states_of(walk) == {"sent": 2, "held": 2}


def test_the_model_puts_a_line_back_after_the_last_objection_and_posts_again(walk: Walk) -> None:
    life = walk.life
    life.the_maker_submits()
    life.somebody_objects(2)
    life.somebody_objects(2)
    life.an_objection_is_answered(OUTSIDE, False)
    walk.then("noticed")
    assert states_of(walk) == {"frozen": 2, "held": 2}, "one objection is still open"
    life.an_objection_is_answered(OUTSIDE, False)
    walk.then("noticed")
    assert states_of(walk) == {"frozen": 3, "held": 1}
    life.somebody_objects(3)
    life.calls_back(0)
    walk.then("returned")
    walk.posted()
    assert states_of(walk) == {"frozen": 2, "held": 2}
    life.an_objection_is_answered(OUTSIDE, False)
    walk.then("noticed")
    walk.approved_by_all()


def test_the_model_reaches_the_bank_once(walk: Walk) -> None:
    life = walk.life
    walk.posted()
    walk.approved_by_all()
    life.signs(6)
    walk.then("prepared")
    life.calls_back(6)
    walk.approved_by_all(0)
    for who in (6, 7):
        life.signs(who)
    walk.then("signed")
    life.a_file_is_handed_over(True)
    life.calls_back(0)
    walk.then("returned")
    walk.posted()
    walk.approved_by_all()
    for who in (7, 6):
        life.signs(who)
    life.a_file_is_handed_over(False)
    walk.then("sent")
    life.calls_back(0)
    life.returns(1, "")
    walk.then("sent")
    done = events(life.session, life.batch)
    assert (done["batch.recalled"], done["batch.sent"]) == (2, 1)
