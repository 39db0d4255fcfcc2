"""An area above the registered one is not paid: by what there is, without a control of its own.

NY01, the only subsidy for the area of a title, is due only where the approved area equals the contract
less what lies fallow or was built on. What is claimed twice under one title is held.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Outcome, Subject
from service.assessment.explain import Whole, explain_one
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Payment, PaymentHold
from service.residents.models import Household
from tests.factories.batches import account, channel
from tests.service.assessment.conftest import county
from tests.service.assessment.explaining import assessed, silence
from tests.service.residents.snapshot.county import County

__all__ = ["county"]
HERE, JUNE = "330523100200", "2026-06"
CONTRACT_MILLI_MU = 3_250


def _contractor(county: County, number: str, title: str, **found: int) -> Household:
    """Somebody with 3.25 mu under contract, and what agriculture found on them this year."""
    head, fields = county.person(), county.household("land")
    account(head)
    county.says(
        "NY_LAND", head, fields, contractor_no=number, contract_area_milli_mu=CONTRACT_MILLI_MU,
        division=HERE, certificate_no=title,
    )  # fmt: skip
    areas = {"abandoned_area_milli_mu": 0, "converted_area_milli_mu": 0, **found}
    county.says("NY_PLANT", None, fields, contractor_no=number, year=2026, **areas)
    return fields


@pytest.fixture
def quiet(made: Session, county: County) -> County:
    """A county in which nothing happened, with a bank that pays."""
    silence(county)
    channel("rural")
    return county


def _decided(county: County, fields: Household) -> Whole:
    found = assessed(county, JUNE)
    return explain_one(county.session, found, Subject.LAND, fields.id, "NY01")


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({"eligible_area_milli_mu": 3_250}, Outcome.DUE),
        ({"eligible_area_milli_mu": 3_251}, Outcome.NOT_DUE),
        ({"eligible_area_milli_mu": 3_250, "abandoned_area_milli_mu": 1}, Outcome.NOT_DUE),
        ({"eligible_area_milli_mu": 3_249, "converted_area_milli_mu": 1}, Outcome.DUE),
    ],
)
def test_a_thousandth_of_a_mu_above_the_contract_is_not_due(
    quiet: County, found: dict[str, int], outcome: Outcome
) -> None:
    fields = _contractor(quiet, "K1", "T1", **found)
    told = _decided(quiet, fields)
    assert told.explanation.outcome is outcome


def test_the_area_of_one_title_claimed_by_two_is_held(made: Session, quiet: County) -> None:
    """Each claim is within its contract; together they are twice the area of the title."""
    for number in ("K1", "K2"):
        _contractor(quiet, number, "T1", eligible_area_milli_mu=3_250)
    _contractor(quiet, "K3", "T3", eligible_area_milli_mu=3_250)
    built = build(made, assessed(quiet, JUNE), "NY01", by=SYSTEM)
    assert built is not None
    held = made.scalars(
        select(PaymentHold.control).join(Payment).where(Payment.state == "held")
    ).all()
    assert held.count("counted_twice") == 2
    assert len(made.scalars(select(Payment)).all()) == 3
