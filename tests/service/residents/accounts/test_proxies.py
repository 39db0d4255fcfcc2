"""The proxy register: two officers, a term, and an end."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.residents.accounts import Term, approve_proxy, end_proxy, register_proxy
from service.residents.accounts.problems import (
    AlreadyApproved,
    DaysReversed,
    NoAccount,
    ProxyEnded,
    ProxyKindUnknown,
    SecondOfficerNeeded,
)
from service.residents.accounts.queries import proxies_of, waiting_proxies
from service.residents.identity.problems import ReasonNeeded
from service.residents.models import Person, ProxyRegistration
from tests.factories.batches import account
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.service.residents.accounts.conftest import Office

ALWAYS = Term(date(2026, 1, 1))


def _registered(
    session: Session, person: Person, office: Office, *, term: Term = ALWAYS
) -> ProxyRegistration:
    return register_proxy(
        session, person.id, kind="guardian", reason="法院指定监护人。", term=term, by=office.steward
    )


def test_a_registration_holds_once_a_second_officer_approved_it(
    made: Session, office: Office
) -> None:
    person = PersonFactory.create()
    received = account(person)
    proxy = _registered(made, person, office)
    assert proxy.card_index == received.card_index
    assert [one.holds for one in waiting_proxies(made)] == [False]
    approve_proxy(made, proxy.id, by=office.reviewer)
    assert waiting_proxies(made) == []
    shown = proxies_of(made, person.id)[0]
    assert (shown.holds, shown.tail, shown.kind) == (True, received.tail, "guardian")
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(proxy.id)))
    assert sorted(acts) == ["proxy.approved", "proxy.registered"]


def test_nobody_approves_what_he_registered(made: Session) -> None:
    both = OfficerFactory.create(duties=["steward", "reviewer"])
    person = PersonFactory.create()
    account(person)
    proxy = register_proxy(made, person.id, kind="other", reason="代领", term=ALWAYS, by=both)
    with pytest.raises(SecondOfficerNeeded):
        approve_proxy(made, proxy.id, by=both)
    proxy.approved_by = proxy.registered_by
    with pytest.raises(IntegrityError):
        made.flush()


def test_the_register_is_kept_by_those_whose_duty_it_is(made: Session, office: Office) -> None:
    person = PersonFactory.create()
    account(person)
    with pytest.raises(NotAllowed):
        register_proxy(
            made, person.id, kind="other", reason="代领", term=ALWAYS, by=office.reviewer
        )
    proxy = _registered(made, person, office)
    with pytest.raises(NotAllowed):
        approve_proxy(made, proxy.id, by=office.steward)


def test_what_makes_no_sense_is_refused(made: Session, office: Office) -> None:
    person, by = PersonFactory.create(), office.steward
    with pytest.raises(ProxyKindUnknown):
        register_proxy(made, person.id, kind="friend", reason="代领", term=ALWAYS, by=by)
    with pytest.raises(ReasonNeeded):
        register_proxy(made, person.id, kind="other", reason=" ", term=ALWAYS, by=by)
    reversed_term = Term(date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(DaysReversed):
        register_proxy(made, person.id, kind="other", reason="代领", term=reversed_term, by=by)
    with pytest.raises(NoAccount):
        register_proxy(made, person.id, kind="other", reason="代领", term=ALWAYS, by=by)
    with pytest.raises(NotFound):
        register_proxy(made, 99_999_999, kind="other", reason="代领", term=ALWAYS, by=by)


def test_a_registration_ends_from_a_day_on_and_not_twice(made: Session, office: Office) -> None:
    """Situation 36: from the day a guardian is replaced the old card receives for nobody else."""
    person, today = PersonFactory.create(), clock.today()
    account(person)
    proxy = _registered(made, person, office)
    approve_proxy(made, proxy.id, by=office.reviewer)
    end_proxy(made, proxy.id, on=today, reason="监护人变更。", by=office.steward)
    assert proxy.valid_to == today - timedelta(days=1)
    assert [one.holds for one in proxies_of(made, person.id)] == [False]
    with pytest.raises(ProxyEnded):
        end_proxy(made, proxy.id, on=today, reason="再次终止", by=office.steward)
    with pytest.raises(AlreadyApproved):
        approve_proxy(made, proxy.id, by=office.reviewer)


def test_what_ended_before_it_was_approved_is_not_approved_any_more(
    made: Session, office: Office
) -> None:
    person = PersonFactory.create()
    account(person)
    past = Term(date(2025, 1, 1), date(2025, 12, 31))
    proxy = _registered(made, person, office, term=past)
    with pytest.raises(ProxyEnded):
        approve_proxy(made, proxy.id, by=office.reviewer)
