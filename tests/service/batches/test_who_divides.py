"""A list is divided by a maker or by finance, never by whoever approves or signs it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.approvals.back import send_back
from service.approvals.decide import approve
from service.audit.actor import SYSTEM
from service.batches.acts import AlreadyActed, act
from service.batches.instalments.problems import NotBeforeReview, NotYoursToDivide
from service.batches.instalments.split import split
from service.batches.models import Batch
from service.cli import app as command_line
from service.foundation import clock
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


@pytest.fixture
def short(made: Session) -> Batch:
    """Four lines of 400.10 yuan together, and 240 yuan for them."""
    batch = county_batch(made)
    appropriate(made, "MZ15", 2026, 24_000, fund_source="县级", by=SYSTEM)
    return batch


def _officer(*duties: str, **more: object) -> Officer:
    made: Officer = OfficerFactory.create(duties=list(duties), **more)
    return made


@pytest.mark.parametrize("duty", ["maker", "signer"])
def test_a_maker_or_finance_divides(made: Session, short: Batch, duty: str) -> None:
    who = _officer(duty)
    assert split(made, short, by=who).made_by == str(who.id)


@pytest.mark.parametrize("duty", ["reviewer", "reconciler", "auditor", "security_administrator"])
def test_others_are_told_who_does(made: Session, short: Batch, duty: str) -> None:
    OfficerFactory.create(name="周敏", duties=["signer"], organisation="县财政局")
    with pytest.raises(NotYoursToDivide) as refused:
        split(made, short, by=_officer(duty))
    assert "周敏 (县财政局)" in str(refused.value)
    assert "周敏（县财政局）" in refused.value.say("zh")
    assert refused.value.status == 403


def test_where_nobody_may_that_is_said(made: Session, short: Batch) -> None:
    with pytest.raises(NotYoursToDivide, match="nobody who may holds the duty now"):
        split(made, short, by=_officer("reviewer"))


def test_who_divided_a_list_neither_approves_nor_signs_it(made: Session, short: Batch) -> None:
    both = _officer("signer", "reviewer")
    split(made, short, by=both)
    frozen(made, short, staff())
    with pytest.raises(AlreadyActed):
        approve(made, short, by=both, on=PAY_DAY)
    with pytest.raises(AlreadyActed):
        act(made, short, both, "signed", at=clock.now())
    for what in ("approved", "signed"):
        attack = text(
            "INSERT INTO batch_acts (batch_id, round, officer_id, act, at) "
            "VALUES (:batch, :round, :officer, :what, now())"
        )
        about = {"batch": short.id, "round": short.round, "officer": both.id, "what": what}
        with pytest.raises(IntegrityError, match="neither approves nor signs"), made.begin_nested():
            made.execute(attack, about)


def test_who_approved_a_list_does_not_divide_it_when_it_comes_back(
    made: Session, short: Batch
) -> None:
    both, people = _officer("signer", "reviewer"), staff()
    appropriate(made, "MZ15", 2026, 50_000, fund_source="县级", by=SYSTEM)
    frozen(made, short, people)
    with pytest.raises(NotBeforeReview):
        split(made, short, by=people.maker)
    approve(made, short, by=both, on=PAY_DAY)
    send_back(made, short, by=people.signer, reason="预算调减", on=PAY_DAY)
    appropriate(made, "MZ15", 2026, 24_000, fund_source="县级", by=SYSTEM)
    with pytest.raises(NotYoursToDivide, match="You did an earlier step of this"):
        split(made, short, by=both)
    assert split(made, short, by=people.signer).now_fen == 24_000


def test_the_page_says_who_divides_to_whom_it_is_not_offered(
    made: Session, short: Batch, sign_in_as: SignInAs
) -> None:
    OfficerFactory.create(name="周敏", duties=["maker"], organisation="县民政局")
    page = f"/batches/{short.batch_no}/instalments"
    told = text_of(sign_in_as("reviewer").get(page).text)
    assert "由该项目经办人员或财政签发人员办理分期：周敏（县民政局）" in told
    assert "每笔先发" in text_of(sign_in_as("signer").get(page).text)


def test_the_command_says_it_too(committed: Committed) -> None:
    with committed.transaction() as session:
        number = county_batch(session).batch_no
        appropriate(session, "MZ15", 2026, 24_000, fund_source="县级", by=SYSTEM)
        reviewer = _officer("reviewer").username
        OfficerFactory.create(name="周敏", organisation="县民政局")
    asked = ["month", "instalments", number, "--by", reviewer]
    refused = CliRunner().invoke(command_line, asked).exception
    assert isinstance(refused, NotYoursToDivide)
    assert "divided by a maker of its programme or by finance: 周敏 (县民政局)" in str(refused)
