"""Real deliveries of the register and of corrected numbers, in whatever order they are imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents.identity.canonical import aliases
from service.residents.identity.find import find
from service.residents.importing import import_delivery
from service.residents.models import (
    Delivery,
    FeedRecord,
    IdentityDispute,
    PersonIdentifier,
    ReviewTask,
)
from tests.service.residents.importing.deliveries import (
    OFFICE,
    certificate_of,
    delivery,
    number_of,
    row,
)

OLD, NEW = number_of(1, "19500105"), number_of(1, "19510105")
_FIRST, _SECOND = date(2026, 9, 1), date(2026, 10, 1)


def _send(session: Session, feed: str, *rows: list[object], as_of: date = _SECOND) -> Delivery:
    found = import_delivery(
        session, feed, delivery(feed, *rows), f"{feed}.csv", by=OFFICE, as_of=as_of
    )
    assert found.state == "imported", found.refusal
    session.flush()
    return found


@contextmanager
def _undone(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def _neighbour(**cells: object) -> list[object]:
    return row("GA_HUKOU", 77, name="李建国", certificate="", **cells)


def _register(number: str, birth: str) -> list[list[object]]:
    own = row("GA_HUKOU", number, birth=birth, name="王秀英", sex="女", certificate="")
    return [own, _neighbour()]


def _deliver(session: Session, what: str) -> None:
    match what:
        case "the old number":
            _send(session, "GA_HUKOU", *_register(OLD, "1950-01-05"), as_of=_FIRST)
        case "the new number":
            _send(session, "GA_HUKOU", *_register(NEW, "1951-01-05"), as_of=_SECOND)
        case "the correction":
            correction = row("GA_IDHIST", NEW, old=OLD, reason="生日更正", changed_on="2026-09-15")
            _send(session, "GA_IDHIST", correction)
        case "a card":
            _send(session, "RS_CARD", row("RS_CARD", OLD))
        case "an assessment":
            _send(session, "MZ_ELD", row("MZ_ELD", NEW))


DELIVERIES = ("the old number", "the new number", "the correction", "a card", "an assessment")


@given(st.permutations(DELIVERIES))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_order_of_deliveries_ends_in_one_person_with_two_numbers(
    session: Session, order: list[str]
) -> None:
    """Situation 9: two numbers, five deliveries, one person, registered under the new number."""
    with _undone(session):
        for what in order:
            _deliver(session, what)
        old, new = find(session, OLD), find(session, NEW)
        assert old is not None
        assert new is not None
        assert old.id == new.id
        group = aliases(session, old.id)
        assert len(group) == 2
        registered = session.scalars(
            select(FeedRecord.data["birth"].astext).where(
                FeedRecord.feed == "GA_HUKOU",
                FeedRecord.known_to.is_(None),
                FeedRecord.person_id.in_(group),
            )
        ).all()
        assert list(registered) == ["1951-01-05"]
        days = session.execute(
            select(PersonIdentifier.valid_from, PersonIdentifier.valid_to)
            .where(PersonIdentifier.person_id.in_(group))
            .order_by(PersonIdentifier.valid_to)
        ).all()
        assert [tuple(one) for one in days] == [
            (None, date(2026, 9, 15)), (date(2026, 9, 15), None)
        ]  # fmt: skip
        assert session.scalars(select(IdentityDispute)).all() == []
        kinds = session.scalars(
            select(ReviewTask.kind).where(
                ReviewTask.state == "open", ReviewTask.kind.like("identity%")
            )
        ).all()
        assert list(kinds) == []


def test_fifteen_digits_and_eighteen_are_one_person_from_the_first_row_on(session: Session) -> None:
    """Situation 8: the old form of a number is read as the number, and makes no second person."""
    short = OLD[:6] + OLD[8:17]
    _send(session, "MZ_ELD", row("MZ_ELD", short))
    _send(session, "RS_CARD", row("RS_CARD", OLD))
    persons = session.scalars(select(PersonIdentifier.person_id)).all()
    assert len(set(persons)) == 1
    found = find(session, short)
    assert found is not None
    assert [found.id] == list(set(persons))


def test_a_permit_holder_from_hong_kong_or_macao_is_a_person_like_any_other(
    session: Session,
) -> None:
    """Situation 16: numbers that begin with 81, 82 or 83 have a right check character too."""
    number = "810000199408230021"
    _send(session, "RS_CARD", row("RS_CARD", number))
    assert find(session, number) is not None


def test_two_rows_of_the_register_for_one_number_are_two_people_until_the_police_answer(
    session: Session,
) -> None:
    """Situation 10: neither row is believed, and the number is blocked for both."""
    rows = [
        row("GA_HUKOU", OLD, name="王秀英", certificate=""),
        row("GA_HUKOU", OLD, name="赵铁柱", birth="1962-07-08", sex="男", certificate=""),
    ]
    others = [row("GA_HUKOU", number, certificate="") for number in range(100, 130)]
    # Known from the register before, so that the number leads to somebody.
    _send(session, "GA_HUKOU", *_register(OLD, "1950-01-05"), *others, as_of=_FIRST)
    _send(session, "GA_HUKOU", *rows, _neighbour(), *others)
    dispute = session.scalars(select(IdentityDispute)).one()
    assert dispute.why == "two_rows"
    person = find(session, OLD)
    assert person is not None
    assert dispute.person_id == person.id


def test_a_late_delivery_shows_a_number_that_went_to_somebody_else(session: Session) -> None:
    """Situation 10: the older list arrives last, and still the two do not become one."""
    someone = row("GA_HUKOU", OLD, name="赵铁柱", birth="1962-07-08", sex="男", certificate="")
    _send(session, "GA_HUKOU", someone, _neighbour(), as_of=_SECOND)
    _send(session, "GA_HUKOU", *_register(OLD, "1950-01-05"), as_of=_FIRST)
    assert session.scalars(select(IdentityDispute.why)).all() == ["another_person"]


def test_a_child_known_by_its_birth_certificate_is_found_by_both_once_registered(
    session: Session,
) -> None:
    """Situation 31: the provisional person becomes the registered child, in either order."""
    certificate, child = certificate_of(5), number_of(5, "20260901")
    birth = row("WJ_BIRTH", 5, birth="2026-09-01", sex="女")
    home = row(
        "GA_HUKOU", child, birth="2026-09-01", sex="女", certificate=certificate, name="王小满"
    )
    for order in ((birth, home), (home, birth)):
        with _undone(session):
            for one in order:
                _send(session, "WJ_BIRTH" if one is birth else "GA_HUKOU", one)
            by_certificate, by_number = find(session, certificate), find(session, child)
            assert by_certificate is not None
            assert by_number is not None
            assert by_certificate.id == by_number.id
