"""The way in and out of the province's sign-in, as a browser goes it."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from tests.service.enquiry.province.province_server import Province
from tests.service.web.browsing import Browser

BACK = "/me/province/back"


def begin(browser: Browser) -> str:
    """Press the button; return where it leads."""
    answer = browser.get("/me/province")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def came_back(browser: Browser, province: Province, number: str) -> str:
    """Sign in there; return the address that the browser is led back to, as a path."""
    return province.sign_in(begin(browser), number).removeprefix("http://testserver")


def refused(browser: Browser, address: str, code: str = "province_refused") -> None:
    """Follow an address back and be let in by nobody, with a sentence that says what to do."""
    answer = browser.get(address)
    assert answer.status_code in (403, 429, 503)
    assert answer.headers["refresh"] == f"0; url=/me?trouble={code}"
    assert "anxin-resident" not in browser.cookies
    shown = browser.get(f"/me?trouble={code}")
    assert "验证码查询" in shown.text
    assert browser.get("/me/payments").headers["location"] == "/me"


def whys(session: Session) -> list[str]:
    """Return the reasons of every refusal in the trail."""
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "province.refused"))
    return [json.loads(one.canonical)["details"]["why"] for one in entries]
