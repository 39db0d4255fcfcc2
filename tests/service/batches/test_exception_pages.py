"""Pages of exceptions as officers use them: list, preview, confirm, answer, progress, CSV."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Batch, Payment, PaymentHold
from service.officers.organisations import describe
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser, SignInAs, token_in

EAST, WEST = "330523100", "330523200"


@pytest.fixture
def batch(made: Session) -> Batch:
    for name, division in (("东镇", EAST), ("西镇", WEST)):
        describe(made, name, "township", division=division, by=SYSTEM)
    found: Batch = BatchFactory.create()
    for place in (EAST, WEST):
        line = PaymentFactory.create(batch=found, state="held", division=f"{place}200")
        HoldFactory.create(payment=line)
    return found


def confirm(browser: Browser, preview: str, path: str, reason: str = "已逐户核实") -> int:
    """Send the preview's form as it was shown."""
    shown = browser.get(preview).text
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown)
    data = {name: value for name, value in fields if name != "form_token"}
    sent = {**data, "reason": reason, "form_token": token_in(shown, path)}
    status: int = browser.post(path, data=sent).status_code
    return status


def hold_in(session: Session, place: str) -> PaymentHold:
    return session.scalars(
        select(PaymentHold).join(Payment, Payment.id == PaymentHold.payment_id)
        .where(Payment.division == f"{place}200")
    ).one()  # fmt: skip


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "异常清单"), ("en", "Exceptions")])
def test_the_list_the_queue_and_the_progress_say_what_waits(
    made: Session, batch: Batch, sign_in_as: SignInAs, language: str, said: str
) -> None:
    maker = sign_in_as("maker", language=language)
    town = OfficerFactory.create(organisation="东镇", division=EAST, duties=["steward"])
    page = maker.get("/exceptions").text
    assert said in text_of(page)
    assert page.count("data-row") == 2
    preview = f"/exceptions/preview?month=2026-10&act=assign&to={quote('东镇')}"
    assert confirm(maker, preview, "/exceptions/assign") == 303
    there = sign_in_as(officer=town, language=language)
    assert "/exceptions?month=&amp;standing=given" in there.get("/").text
    key = f"h{hold_in(made, EAST).id}"
    assert there.get("/exceptions").text.count("data-label") < page.count("data-label")
    assert there.get(f"/exceptions/h{hold_in(made, WEST).id}").status_code == 404
    form = {"act": "answer", "outcome": "confirmed", "said": "人在家", "evidence": ""}
    assert there.submit(f"/exceptions/{key}", form).status_code == 422
    form["evidence"] = "走访记录"
    assert there.submit(f"/exceptions/{key}", form).status_code == 303
    assert "走访记录" in maker.get(f"/exceptions/{key}").text
    assert "standing=answered" in maker.get("/").text
    assert "东镇" in text_of(maker.get("/exceptions/progress").text)
    number = re.search(r"/exceptions/assignments/(T[0-9]+)", maker.get("/exceptions/progress").text)
    assert number
    assert "东镇" in text_of(maker.get(f"/exceptions/assignments/{number[1]}").text)
    assert maker.get("/exceptions/assignments/T999999").status_code == 404


def test_a_ticked_exception_is_cleared_once_and_the_replayed_form_does_nothing(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    maker = sign_in_as("maker")
    key = f"h{hold_in(made, EAST).id}"
    preview = f"/exceptions/preview?act=clear&keys={key}"
    shown = maker.get(preview).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    sent = {**fields, "reason": "已核实", "form_token": token_in(shown, "/exceptions/clear")}
    assert maker.post("/exceptions/clear", data={**sent, "reason": " "}).status_code == 422
    done = maker.post("/exceptions/clear", data=sent)
    assert done.status_code == 303
    assert "已核实" in text_of(maker.get(done.headers["location"]).text)
    replayed = maker.post("/exceptions/clear", data=sent)
    assert replayed.status_code == 409
    assert "本次操作未生效" in replayed.text
    made.expire_all()
    assert hold_in(made, WEST).cleared_at is None
    assert hold_in(made, EAST).cleared_at is not None


def test_who_may_not_is_refused(made: Session, batch: Batch, sign_in_as: SignInAs) -> None:
    town = OfficerFactory.create(organisation="东镇", division=EAST, duties=["steward"])
    there = sign_in_as(officer=town)
    assert there.get("/exceptions/preview?act=clear").status_code == 403
    assert there.get("/exceptions/preview?act=assign").status_code == 403
    assert sign_in_as("policy").get("/exceptions").status_code == 403
    assert sign_in_as("auditor").get("/exceptions").status_code == 200
    maker = sign_in_as("maker")
    assert maker.get(f"/exceptions/preview?act=assign&to={quote('无此局')}").status_code == 422
    for path in ("/exceptions/x1", "/exceptions/h0", "/exceptions/decisions/J1"):
        assert maker.get(path).status_code == 404


def test_the_file_has_the_lists_rows_and_nobodys_name(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    answered = sign_in_as("maker").get("/exceptions.csv?month=2026-10")
    rows = answered.text.strip().splitlines()
    assert len(rows) == 3
    assert "account_unverified" in rows[1]
    names = made.scalars(select(Payment.payee_name))
    assert not [name for name in names if name and name in answered.text]
