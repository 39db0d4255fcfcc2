"""A divided list is told as that, before and after it is paid: on its notice, page and letters."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.assessment.view import address
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.instalments.release import release_waiting
from service.batches.instalments.split import split
from service.batches.instalments.told import in_parts
from service.batches.models import Batch, Payment
from service.ledger.appropriate import appropriate
from service.residents.models import Person
from tests.factories.batches import account, channel
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.assessment.conftest import county
from tests.service.assessment.explaining import assessed, silence
from tests.service.batches.reading import text_of
from tests.service.notices.hanging import drafted, posted
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import Browser, SignInAs

__all__ = ["county"]


def _give(session: Session, programme: str, fen: int) -> None:
    appropriate(session, programme, 2026, fen, fund_source="县级", by=SYSTEM)


@pytest.mark.parametrize(
    ("language", "first", "rest"),
    [
        (
            "zh",
            "先发应发金额的 49.99%，余额以后补发。下列金额为先发部分",
            "本清单补发应发金额的余额",
        ),
        ("en", "Everybody gets 49.99% of what is due at first", "This is the rest of what was due"),
    ],
)
def test_the_notice_says_how_much_and_why(
    made: Session, browser: Browser, language: str, first: str, rest: str
) -> None:
    batch, people = drafted(made, 3)
    _give(made, "MZ17", 15_000)
    split(made, batch, by=people.maker)
    one = posted(made, batch, people)
    browser.headers["accept-language"] = language
    said = text_of(browser.get(f"/notices/{one.notice.number}").text)
    assert first in said
    assert "150.00" in said
    _give(made, "MZ17", 50_000)
    release_waiting(made, "MZ17", "2026")
    later = made.scalars(select(Batch).where(Batch.kind == "instalment")).one()
    hangs = posted(made, later, people)
    assert rest in text_of(browser.get(f"/notices/{hangs.notice.number}").text)


def test_the_lists_page_does_not_say_paid_before_it_is(made: Session, sign_in_as: SignInAs) -> None:
    batch, people = drafted(made, 3)
    _give(made, "MZ17", 15_000)
    split(made, batch, by=people.maker)
    browser = sign_in_as("maker", language="en")
    home = f"/batches/{batch.batch_no}"
    said = text_of(browser.get(home).text)
    assert "To be paid in part: 150.00 of 300.06 yuan at first, 150.06 later" in said
    assert "Nothing is paid yet." in said
    divided = text_of(browser.get(f"{home}/instalments").text)
    assert (
        "150.00 of 300.06 yuan are for now, 49.99% for each of 3 lines; 150.06 yuan wait" in divided
    )


@pytest.fixture
def elder(made: Session, county: County) -> tuple[Person, Assessment]:
    """An old person with a number and an account, of whom November was decided."""
    silence(county)
    person = county.person(birth="1940-03-03")
    person.division = "330523100200"
    PersonIdentifierFactory.create(person=person, number=id_number(71, "19400303"))
    channel("rural")
    account(person)
    return person, assessed(county)


@pytest.mark.parametrize(
    ("language", "said", "came"),
    [
        ("zh", "应发 60.00 元，先发 24.00 元，余额 36.00 元以后补发：本年度预算不足", "截至目前已发 {} 元"),
        ("en", "Of 60.00 yuan due, 24.00 are paid first and 36.00 later", "Paid so far: {} yuan"),
    ],
)  # fmt: skip
def test_the_letter_says_how_much_and_why(
    made: Session,
    elder: tuple[Person, Assessment],
    sign_in_as: SignInAs,
    language: str,
    said: str,
    came: str,
) -> None:
    person, assessment = elder
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    browser = sign_in_as("reviewer", language=language)
    letter = address("2026-11", "MZ15", "person", person.id) + "/letter"
    assert said not in text_of(browser.get(letter).text)
    _give(made, "MZ15", 2_400)
    divider = sign_in_as("maker")
    done = divider.submit(f"/batches/{batch.batch_no}/instalments", {"amount": "24.00"})
    assert done.status_code == 303
    told = text_of(browser.get(letter).text)
    assert said in told
    assert came.format("0.00") in told


def test_what_came_is_counted_and_other_periods_are_not(
    made: Session, elder: tuple[Person, Assessment]
) -> None:
    person, assessment = elder
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    asked = ("MZ15", "person", person.id)
    assert in_parts(made, *asked, "2026-11") is None
    _give(made, "MZ15", 2_400)
    _, people = drafted(made, 1)
    split(made, batch, by=people.maker)
    assert in_parts(made, *asked, "2026-10") is None
    first = Payment.batch_id == batch.id, Payment.line_type == "regular"
    for state in ("frozen", "sent", "paid"):
        made.execute(update(Payment).where(*first).values(state=state))
    told = in_parts(made, *asked, "2026-11")
    assert told is not None
    assert "已发 24.00 元" in told.zh
