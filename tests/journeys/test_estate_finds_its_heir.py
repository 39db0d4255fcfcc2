"""Money of somebody who died finds its heir: one registers, another approves, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.officers.models import Officer
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.factories.officers import OfficerFactory
from tests.factories.residents import FeedRecordFactory, PersonIdentifierFactory, id_number
from tests.foundation.committed import Committed, copied, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["template"]

pytestmark = pytest.mark.journey
NUMBER = id_number(700_001)


@dataclass(frozen=True)
class Town:
    """One of the dead with 100 yuan that wait, and who looks after it."""

    committed: Committed
    people: dict[str, Officer]
    dead: int


@pytest.fixture(scope="module")
def town(
    template: str, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("estate")
    with copied(template, server_url, folder / "data") as committed:
        with committed.transaction() as session:
            people = {
                duty: OfficerFactory.create(
                    username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
                )
                for duty, name in {"steward": "高数管", "reviewer": "沈复禾"}.items()
            }
            months = Months(session)
            dead, heir = payee(name="试样甲"), payee(name="试样乙")
            PersonIdentifierFactory.create(person=heir, number=NUMBER)
            for feed in ("WJ_DEATH", "MZ_CREM"):
                FeedRecordFactory.create(feed=feed, person=dead, data={"death_date": "2026-09-20"})
            months.knows(dead, "2026-09")
            months.build("2026-09")
            found = Town(committed, people, dead.id)
            session.flush()
            for one in people.values():
                session.refresh(one)
                session.expunge(one)
        yield found


@pytest.fixture(scope="module")
def server(town: Town) -> Iterator[str]:
    """The real application on this module's own database."""
    with serving(create_app()) as address:
        yield address


def test_one_registers_an_heir_and_another_approves(open_browser: OpenBrowser, town: Town) -> None:
    home = f"/heirs/{town.dead}"
    steward = open_browser(360, language="en")
    sign_in(steward, town.people["steward"])
    steward.goto("/heirs")
    assert_accessible(steward)
    assert_calm(steward)
    steward.goto(home)
    steward.get_by_label("The heir's ID number").fill(NUMBER)
    steward.get_by_label("What the heir was to the dead").select_option("child")
    steward.get_by_label("Where the paper is").fill("公证书 12 号")
    steward.get_by_label("Why", exact=True).fill("已核对公证书。")
    assert_accessible(steward)
    assert_calm(steward)
    steward.get_by_role("button", name="Register for approval").click()
    expect(steward.get_by_text("waits for a second officer").first).to_be_visible()
    assert_accessible(steward)

    reviewer = open_browser(1280)
    sign_in(reviewer, town.people["reviewer"])
    reviewer.goto(home)
    assert_accessible(reviewer)
    assert_calm(reviewer)
    reviewer.get_by_role("button", name="同意该领取人").click()
    expect(reviewer.get_by_text("可领取").first).to_be_visible()
    expect(reviewer.get_by_role("button", name="同意该领取人")).to_have_count(0)
