"""What a township saw is kept with who, when and why, and can be taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.residents.identity.confirm_life import confirm_alive, confirm_dead, looked, withdraw
from service.residents.identity.problems import ConfirmationEnded, DayImpossible, ReasonNeeded
from tests.factories.officers import OfficerFactory
from tests.service.residents.identity.police import Police

DAY = date(2026, 10, 2)


def test_a_confirmation_is_kept_recorded_and_withdrawn(police: Police) -> None:
    session, person = police.session, police.person()
    steward = OfficerFactory.create(duties=["steward"])
    said = {"organisation": "白茶坞镇", "reason": "入户核实。", "by": steward}
    dead = confirm_dead(session, person.id, on=DAY, **said)
    confirm_alive(session, person.id, on=clock.today(), **said)
    assert [one.answer for one in looked(session, person.id)] == ["alive", "dead"]
    withdraw(session, dead.id, reason="认错了人。", by=steward)
    assert looked(session, person.id)[1].withdrawn_at is not None
    with pytest.raises(ConfirmationEnded):
        withdraw(session, dead.id, reason="认错了人。", by=steward)
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(person.id)))
    assert sorted(acts) == ["life.confirmed", "life.confirmed", "life.withdrawn"]


def test_what_cannot_be_confirmed_is_refused(police: Police) -> None:
    session, person = police.session, police.person()
    steward = OfficerFactory.create(duties=["steward"])
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(DayImpossible):
        confirm_alive(
            session, person.id, on=tomorrow, organisation="镇", reason="见到本人", by=steward
        )
    with pytest.raises(ReasonNeeded):
        confirm_alive(session, person.id, on=DAY, organisation="镇", reason="", by=steward)
    with pytest.raises(ReasonNeeded):
        confirm_dead(session, person.id, on=DAY, organisation=" ", reason="核实", by=steward)
    with pytest.raises(NotFound):
        confirm_dead(session, 99_999_999, on=DAY, organisation="镇", reason="核实", by=steward)
    with pytest.raises(NotAllowed):
        confirm_dead(
            session, person.id, on=DAY, organisation="镇", reason="核实", by=OfficerFactory.create()
        )
