"""The pages and commands of estates: who waits, who is registered, by whom, and what is not shown."""

import re

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.residents.models import Person
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.factories.residents import FeedRecordFactory, PersonIdentifierFactory, id_number
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser, SignInAs

PAPER = {"relation": "child", "share": "1/1", "basis": "notarised", "evidence": "公证书 12 号"}
NUMBER = id_number(700_001)


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


@pytest.fixture
def dead(months: Months) -> Person:
    """Somebody who died before the list was made: 100 yuan wait."""
    person = payee(name="试样甲")
    for feed in ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(feed=feed, person=person, data={"death_date": "2026-09-20"})
    months.knows(person, "2026-09")
    months.build("2026-09")
    return person


@pytest.fixture
def heir(made: Session) -> Person:
    person = payee(name="试样乙")
    PersonIdentifierFactory.create(person=person, number=NUMBER)
    return person


def _register(steward: Browser, dead: Person, **said: str) -> str:
    home = f"/heirs/{dead.id}"
    answer = steward.submit(
        home, {"number": NUMBER, "reason": "已核对公证书。", **PAPER, **said}, shown_at=home
    )
    shown = answer if answer.status_code == 422 else steward.get(home)
    return str(shown.text)


def test_an_heir_is_registered_by_one_and_approved_by_another(
    dead: Person, heir: Person, months: Months, made: Session, sign_in_as: SignInAs
) -> None:
    steward, reviewer = sign_in_as("steward"), sign_in_as("reviewer")
    assert "/heirs" in steward.get("/").text, "money waits for an heir"
    listed = steward.get("/heirs").text
    assert "100.00" in text_of(listed)
    assert "试样甲" not in listed, "names are masked"
    home = f"/heirs/{dead.id}"
    assert 'id="register"' not in reviewer.get(home).text
    shown = _register(steward, dead)
    assert "/approve" not in shown, "not by who registered"
    assert NUMBER not in shown
    assert "试样乙" not in shown
    assert home in reviewer.get("/").text
    act = re.search(rf'action="({home}/[0-9a-f-]+/approve)"', reviewer.get(home).text)
    assert act is not None
    reviewer.submit(act[1], {}, shown_at=home)
    assert "/approve" not in reviewer.get(home).text
    months.mend("2026-10", "2026-09")
    line = made.query(Payment).filter_by(subject_id=dead.id, line_type="estate").one()
    assert (line.payee_person_id, line.state) == (heir.id, "ready")


def test_a_refusal_keeps_its_reason_and_frees_the_share(
    dead: Person, heir: Person, sign_in_as: SignInAs
) -> None:
    steward, reviewer = sign_in_as("steward"), sign_in_as("reviewer")
    home = f"/heirs/{dead.id}"
    _register(steward, dead)
    heir_id = re.search(r'<option value="([0-9a-f-]{36})"', reviewer.get(home).text)
    assert heir_id is not None
    said = {"refused": heir_id[1], "refuse_reason": " "}
    assert reviewer.submit(f"{home}/refuse", said, shown_at=home).status_code == 422
    said["refuse_reason"] = "公证书与姓名不符。"
    reviewer.submit(f"{home}/refuse", said, shown_at=home)
    assert "公证书与姓名不符。" in reviewer.get(home).text
    assert "公证书与姓名不符。" in _register(steward, dead), "the old one is still told"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"number": "330523195001010010"}, "number"),
        ({"share": "2"}, "share"),
        ({"evidence": ""}, "evidence"),
        ({"basis": "x"}, "basis"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    dead: Person, heir: Person, sign_in_as: SignInAs, said: dict[str, str], code: str
) -> None:
    shown = _register(sign_in_as("steward"), dead, **said)
    assert f'href="#{code}"' in shown
    assert NUMBER not in shown
    if code != "evidence":
        assert "公证书 12 号" in shown


@pytest.mark.parametrize("duty", ["maker", "reviewer", "signer", "auditor"])
def test_only_the_steward_registers(
    dead: Person, heir: Person, sign_in_as: SignInAs, duty: str
) -> None:
    browser = sign_in_as(duty)
    home = f"/heirs/{dead.id}"
    assert browser.get(home).status_code == 200
    assert 'id="register"' not in browser.get(home).text
