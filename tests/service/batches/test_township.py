"""An officer of a township sees and does what is the township's, and of the programmes given."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Batch, Payment
from service.batches.recoveries.models import RecoveryCase
from service.batches.release import release
from service.batches.submit import submit
from service.foundation.problems import NotFound, Problem
from service.officers.interests import declare
from service.officers.models import Officer
from service.residents.models import Person
from service.residents.record import search
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.mending import RecoveryCaseFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.service.web.browsing import MakeOfficer, SignInAs

HERE, THERE = "330523100200", "330523101200"
TOWN = HERE[:9]


def scoped(duty: str, division: str = TOWN, programmes: tuple[str, ...] = ()) -> Officer:
    scope = {
        "division": division,
        "programmes": list(programmes),
        "departments": [],
        "from": "2020-01-01",
        "to": None,
    }
    made: Officer = OfficerFactory.create(duties=[duty], scopes={duty: [scope]})
    return made


@pytest.fixture
def batch(made: Session) -> Batch:
    """A draft with a line here, one there, and one that belongs nowhere."""
    made_batch: Batch = BatchFactory.create()
    for division in (HERE, THERE, None):
        PaymentFactory.create(batch=made_batch, division=division)
    return made_batch


def line(session: Session, batch: Batch, division: str | None) -> Payment:
    return session.query(Payment).filter_by(batch_id=batch.id, division=division).one()


def test_lists_show_the_lines_of_the_place_only(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    elsewhere = BatchFactory.create(programme="MZ16")
    PaymentFactory.create(batch=elsewhere, division=THERE)
    browser = sign_in_as(officer=scoped("maker"))
    listed = browser.get("/api/batches").json()
    assert [one["batch_no"] for one in listed["batches"]] == [batch.batch_no]
    lines = browser.get(f"/api/batches/{batch.batch_no}/lines").json()
    own = line(made, batch, HERE)
    assert [one["reference"] for one in lines["lines"]] == [own.reference]
    page = browser.get(f"/batches/{batch.batch_no}").text
    assert own.reference in page
    assert line(made, batch, THERE).reference not in page
    assert browser.get(f"/api/batches/{elsewhere.batch_no}").status_code == 404
    assert browser.get(f"/batches/{elsewhere.batch_no}").status_code == 404
    everywhere = sign_in_as("maker").get(f"/api/batches/{batch.batch_no}/lines").json()
    assert everywhere["total"] == 3


def test_another_places_line_looks_as_if_it_were_not_there(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=scoped("maker"))
    foreign, absent = line(made, batch, THERE).reference, "0" * 13
    answers = [browser.get(f"/batches/{batch.batch_no}/lines/{one}") for one in (foreign, absent)]
    assert [one.status_code for one in answers] == [404, 404]


def test_another_programmes_batch_does_not_exist(batch: Batch, sign_in_as: SignInAs) -> None:
    own = sign_in_as(officer=scoped("maker", "", (batch.programme,)))
    other = sign_in_as(officer=scoped("maker", "", ("JY01",)))
    assert own.get(f"/api/batches/{batch.batch_no}").status_code == 200
    assert other.get(f"/api/batches/{batch.batch_no}").status_code == 404
    assert other.get("/api/batches").json()["total"] == 0


def test_a_township_clears_its_own_line_and_submits_nobodys_batch(
    made: Session, batch: Batch
) -> None:
    town = scoped("maker")
    with pytest.raises(NotFound):
        release(made, line(made, batch, THERE), by=town, reason="核实无误")
    with pytest.raises(Problem) as refusal:
        submit(made, batch, by=town)
    assert (refusal.value.code, refusal.value.status) == ("not_allowed", 403)
    assert refusal.value.members["reason"] == "too_wide"


def test_whoever_is_related_to_a_payee_neither_clears_nor_submits(
    made: Session, batch: Batch
) -> None:
    officer: Officer = OfficerFactory.create()
    wife: Person = PersonFactory.create()
    paid = PaymentFactory.create(
        batch=batch, payee_person_id=wife.id, subject_id=wife.id, state="held"
    )
    declare(made, officer, wife.id, "spouse", by=SYSTEM)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: release(made, paid, by=officer, reason="核实无误"),
        lambda: submit(made, batch, by=officer),
    )
    for attempt in attempts:
        with pytest.raises(Problem) as refusal:
            attempt()
        assert refusal.value.members["reason"] == "conflict"
    assert batch.state == "draft"


def test_recoveries_are_the_places_own(made: Session, sign_in_as: SignInAs) -> None:
    own: RecoveryCase = RecoveryCaseFactory.create(division=HERE)
    foreign: RecoveryCase = RecoveryCaseFactory.create(division=THERE)
    made.flush()
    browser = sign_in_as(officer=scoped("reviewer"))
    page = browser.get("/recoveries").text
    assert own.case_no in page
    assert foreign.case_no not in page
    assert browser.get(f"/recoveries/{foreign.case_no}").status_code == 404
    assert browser.get(f"/recoveries/{own.case_no}").status_code == 200


def test_residents_of_another_place_are_neither_found_nor_shown(
    made: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    own = PersonFactory.create(name="夏同名", division=HERE)
    foreign = PersonFactory.create(name="夏同名", division=THERE)
    nowhere = PersonFactory.create(name="夏同名", division=None)
    officer = scoped("maker")
    found = [
        hit.person_id
        for division in (HERE, THERE, f"{TOWN}000")
        for hit in search.by_name(made, "夏同名", division, by=officer).hits
    ]
    assert set(found) == {own.id}
    browser = sign_in_as(officer=officer)
    assert browser.get(f"/residents/{own.id}").status_code == 200
    for hidden in (foreign, nowhere):
        assert browser.get(f"/residents/{hidden.id}").status_code == 404
