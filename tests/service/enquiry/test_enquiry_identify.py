"""Who asks is who the number's code was sent to: once, soon, after few tries, and told nothing else."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.enquiry.identify import (
    ASKS_PER_HOUR_MAX,
    CODE_MINUTES,
    NOBODY,
    SESSION_MINUTES,
    TRIES_MAX,
    AskedTooOften,
    CodeRefused,
    ask_code,
    enter,
    leave,
    person_of,
)
from service.enquiry.models import CodeMessage, EnquiryCode
from service.foundation import clock
from service.foundation.encryption import sealer
from tests.factories.residents import PersonFactory, PersonIdentifierFactory, id_number

NUMBER = id_number(321, "19440404")
STRANGER = id_number(654, "19550505")


@pytest.fixture
def person_id(made: Session) -> int:
    """A resident whose number is NUMBER."""
    person = PersonFactory.create()
    PersonIdentifierFactory.create(person=person, number=NUMBER)
    number: int = person.id
    return number


def _asked(session: Session) -> str:
    """Ask for a code and read its message."""
    ask_code(session, NUMBER)
    session.flush()
    message = session.scalars(select(CodeMessage).order_by(CodeMessage.made_at.desc())).first()
    assert message is not None
    return sealer().open(message.body_sealed, f"code_messages:body:{message.id}")


def _refused(session: Session, number: str, code: str) -> CodeRefused:
    with pytest.raises(CodeRefused) as refusal:
        enter(session, number, code)
    session.flush()
    return refusal.value


def test_the_right_code_opens_a_session_of_the_right_person(made: Session, person_id: int) -> None:
    token = enter(made, NUMBER, _asked(made))
    assert person_of(made, token) == person_id
    assert person_of(made, token + "x") is None


def test_a_code_works_once(made: Session, person_id: int) -> None:
    code = _asked(made)
    enter(made, NUMBER, code)
    _refused(made, NUMBER, code)


def test_only_the_newest_code_counts(made: Session, person_id: int) -> None:
    first, second = _asked(made), _asked(made)
    if first != second:
        _refused(made, NUMBER, first)
    assert person_of(made, enter(made, NUMBER, second)) == person_id


def test_a_code_dies_after_ten_minutes(made: Session, person_id: int) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        code = _asked(made)
        moment.move_to(start + timedelta(minutes=CODE_MINUTES, seconds=1))
        _refused(made, NUMBER, code)


def test_a_code_dies_after_five_wrong_tries(made: Session, person_id: int) -> None:
    code = _asked(made)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(TRIES_MAX):
        _refused(made, NUMBER, wrong)
    _refused(made, NUMBER, code)


def test_another_persons_code_opens_nothing(made: Session, person_id: int) -> None:
    other = PersonFactory.create()
    PersonIdentifierFactory.create(person=other, number=STRANGER)
    code = _asked(made)
    ask_code(made, STRANGER)
    mine = made.scalars(select(EnquiryCode).where(EnquiryCode.person_id == other.id)).one()
    theirs = sealer().index(code, "enquiry code")
    if mine.code_hash != theirs:
        _refused(made, STRANGER, code)


def test_nobody_is_told_whether_a_number_is_somebodys(made: Session, person_id: int) -> None:
    _asked(made)
    ask_code(made, STRANGER)
    known, unknown, never = (
        _refused(made, number, "x") for number in (NUMBER, STRANGER, id_number(1, "19660606"))
    )
    assert known.as_json() == unknown.as_json() == never.as_json()
    kept = made.scalars(select(EnquiryCode)).all()
    assert len(kept) == 2, "a code is kept for a stranger's number as well"
    channels = made.scalars(select(CodeMessage.channel).order_by(CodeMessage.made_at)).all()
    assert channels == ["text", NOBODY], "the same work, but nothing is sent"


@pytest.mark.parametrize("number", [NUMBER, STRANGER])
def test_codes_are_asked_for_five_times_an_hour_at_most(
    made: Session, person_id: int, number: str
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        for _ in range(ASKS_PER_HOUR_MAX):
            ask_code(made, number)
            made.flush()
        with pytest.raises(AskedTooOften):
            ask_code(made, number)
        moment.move_to(start + timedelta(hours=1, seconds=1))
        ask_code(made, number)


def test_a_session_ends_by_itself_and_at_once_when_it_is_left(
    made: Session, person_id: int
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        token = enter(made, NUMBER, _asked(made))
        moment.move_to(start + timedelta(minutes=SESSION_MINUTES))
        assert person_of(made, token) is None
        moment.move_to(start)
        assert person_of(made, token) == person_id
        leave(made, token)
        assert person_of(made, token) is None


def test_neither_number_nor_code_is_kept_or_recorded_in_the_clear(
    made: Session, person_id: int
) -> None:
    code = _asked(made)
    enter(made, NUMBER, code)
    made.flush()
    for entry in made.scalars(select(AuditEntry)):
        assert NUMBER.encode() not in entry.canonical
        assert f'"{code}"'.encode() not in entry.canonical
    for kept in made.scalars(select(EnquiryCode)):
        assert NUMBER.encode() not in kept.id_index
        assert code.encode() not in kept.code_hash
