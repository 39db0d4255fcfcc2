"""Sixteen at once: one merge, one split, one dispute, whoever comes first."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.residents.identity.canonical import aliases
from service.residents.identity.corrections import apply_corrections
from service.residents.identity.disputes import open_dispute
from service.residents.identity.jobs import look_at_identities
from service.residents.identity.merge import merge
from service.residents.identity.split import split
from service.residents.models import IdentityAct, IdentityDispute, Person, ReviewTask
from tests.factories.residents import DeliveryFactory, PersonFactory
from tests.foundation.committed import Committed
from tests.service.residents.identity.police import Police

WHY = "公安答复：同一人。"


def _at_once(work: Callable[[Session, int], object], count: int = 16) -> Counter[str]:
    """Do the work in as many transactions at once; return how each ended."""
    together = Barrier(count)

    def one(number: int) -> str:
        together.wait()
        try:
            with transaction() as session:
                work(session, number)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(count) as threads:
        return Counter(threads.map(one, range(count)))


def test_sixteen_merges_and_sixteen_splits_have_one_effect_each(committed: Committed) -> None:
    with committed.transaction():
        kept, other = PersonFactory.create().id, PersonFactory.create().id
    said = _at_once(lambda session, _: merge(session, kept, other, reason=WHY, by=SYSTEM))
    assert said == {"done": 1, "already_merged": 15}
    said = _at_once(lambda session, _: split(session, kept, other, reason=WHY, by=SYSTEM))
    assert said == {"done": 1, "not_merged": 15}
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(IdentityAct)) == 2
        assert aliases(session, kept) == [kept]


def test_merges_in_a_ring_never_make_a_chain(committed: Committed) -> None:
    with committed.transaction():
        ring = [PersonFactory.create().id for _ in range(16)]

    def join(session: Session, number: int) -> None:
        merge(session, ring[number], ring[(number + 1) % 16], reason=WHY, by=SYSTEM)

    said = _at_once(join)
    assert set(said) <= {"done", "already_merged"}
    with committed.transaction() as session:
        people = session.scalars(select(Person)).all()
        pointers = {person.id: person.merged_into for person in people}
        assert all(pointers[into] is None for into in pointers.values() if into is not None)
        acts = session.scalar(select(func.count()).select_from(IdentityAct)) or 0
        assert acts == said["done"] == sum(into is not None for into in pointers.values())


def test_sixteen_looks_at_one_correction_merge_once(committed: Committed) -> None:
    with committed.transaction() as session:
        police = Police(session)
        correction = police.corrects(police.person(), police.person())
    delivery_id = str(correction.delivery_id)
    said = _at_once(lambda session, _: look_at_identities(session, delivery_id))
    assert said == {"done": 16}
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(IdentityAct)) == 1
        assert apply_corrections(session, correction.delivery_id) == 0


def test_sixteen_imports_open_one_dispute_and_one_question(committed: Committed) -> None:
    with committed.transaction():
        person = PersonFactory.create().id
        deliveries = [DeliveryFactory.create().id for _ in range(16)]
    said = _at_once(
        lambda session, number: open_dispute(
            session, person, "GA_HUKOU", deliveries[number], why="two_rows"
        )
    )
    assert said == {"done": 16}
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(IdentityDispute)) == 1
        assert session.scalar(select(func.count()).select_from(ReviewTask)) == 1
