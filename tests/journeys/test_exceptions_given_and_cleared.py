"""A maker gives what waits to its township, the township answers, and the maker clears it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.officers.models import Officer
from service.officers.organisations import describe
from service.residents.models import Division
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import keeps_the_promises
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
EAST, WEST = "330523100", "330523200"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def people(committed: Committed) -> dict[str, Officer]:
    """A list with two lines held in one township and one in another; its maker, and a township."""
    with committed.transaction() as session:
        for name, town in (("青禾镇", EAST), ("石桥镇", WEST)):
            session.add(Division(code=f"{town}000", name=name, level="township", parent=None))
            describe(session, name, "township", division=town, by=SYSTEM)
        batch = BatchFactory.create()
        for town in (EAST, EAST, WEST):
            line = PaymentFactory.create(batch=batch, state="held", division=f"{town}200")
            HoldFactory.create(payment=line)
        return {
            "maker": OfficerFactory.create(
                username="maker.one", name="周敏", duties=["maker"], password_hash=password_hash()
            ),
            "town": OfficerFactory.create(
                username="town.one", name="高数管", duties=["steward"], organisation="青禾镇",
                division=EAST, password_hash=password_hash(),
            ),
        }  # fmt: skip


def test_from_the_batch_to_the_township_and_back(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    maker = open_browser(1280, language="en")
    sign_in(maker, people["maker"])
    maker.goto("/batches")
    maker.locator("tbody th a").first.click()
    keeps_the_promises(maker)
    maker.get_by_role("link", name="Work through them").click()
    expect(maker.locator("tbody tr")).to_have_count(3)
    keeps_the_promises(maker)
    maker.get_by_role("button", name="Preview: give").click()
    expect(maker.get_by_text("Nothing has been done yet.")).to_be_visible()
    keeps_the_promises(maker)
    maker.get_by_label("What the office is asked").fill("请入户核实账户。")
    maker.get_by_role("button", name="Give them").click()
    expect(maker.get_by_role("heading", name="Progress of the offices")).to_be_visible()
    keeps_the_promises(maker)
    maker.locator("table").last.get_by_role("link").first.click()
    expect(maker.get_by_text("请入户核实账户。")).to_be_visible()
    keeps_the_promises(maker)

    town = open_browser(360)
    sign_in(town, people["town"])
    town.goto("/exceptions")
    expect(town.locator("tbody tr")).to_have_count(2)
    keeps_the_promises(town)
    town.locator("tbody th a").first.click()
    town.get_by_label("情况属实").check()
    town.get_by_label("核查结果").fill("本人在家，银行卡在用。")
    town.get_by_label("依据").fill("走访记录第 3 号")
    keeps_the_promises(town)
    town.get_by_role("button", name="答复", exact=True).click()
    expect(town.get_by_text("走访记录第 3 号")).to_be_visible()
    keeps_the_promises(town)


def test_all_of_a_kind_are_cleared_together_on_a_phone(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    maker = open_browser(360)
    sign_in(maker, people["maker"])
    maker.goto("/exceptions/preview?month=2026-10&act=assign")
    keeps_the_promises(maker)
    maker.goto("/exceptions")
    keeps_the_promises(maker)
    maker.get_by_role("button", name="预览：解除暂缓").click()
    keeps_the_promises(maker)
    maker.get_by_role("textbox").fill("已逐户核实。")
    maker.get_by_role("button", name="确认解除").click()
    expect(maker.get_by_text("已逐户核实。")).to_be_visible()
    keeps_the_promises(maker)
