"""From a balance to its postings, from a posting to payment, bank file and line: on pages and for programs."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.ledger.models import LedgerEntry
from service.ledger.trace import origins
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import NEXT_DAY, came_back, debit, entry, sent, statement
from tests.service.web.browsing import Browser, SignInAs


@pytest.mark.usefixtures("data_dir")
def test_every_entry_leads_to_what_it_is_about(made: Session, sign_in_as: SignInAs) -> None:
    out = sent(made)
    out.reply(out.told("ACSC", "RJCT", "ACSC"))
    paid = [line for line in out.lines() if line.state == "paid"]
    debited_fen = sum(line.amount_fen for line in paid)
    closing_fen = OPENING_FEN - debited_fen
    before = clock.now()
    out.statement(
        statement(
            DEBIT_ACCOUNTS["rural"], [debit(out.file(), debited_fen)],
            opening_fen=OPENING_FEN, closing_fen=closing_fen,
        )
    )  # fmt: skip
    back_fen = paid[0].amount_fen
    out.statement(
        statement(
            DEBIT_ACCOUNTS["rural"], [came_back(out.file(), paid[0]), entry(7, "CRDT")],
            opening_fen=closing_fen, closing_fen=closing_fen + back_fen + 7,
            day=NEXT_DAY, number=2,
        )
    )  # fmt: skip

    browser = sign_in_as("reconciler", language="en")
    kinds = {}
    for one in made.scalars(select(LedgerEntry).order_by(LedgerEntry.number)):
        found = origins(made, one)
        assert found, one.event_type
        kinds[one.event_type] = {origin.kind for origin in found}
        for origin in found:
            assert not origin.href or browser.get(origin.href).status_code == 200, origin.href
    assert kinds["reply.paid"] == {"reply", "bank_file", "batch"}
    assert kinds["payment.returned"] == {"payment", "statement_line", "bank_file", "batch"}
    assert kinds["statement.debited"] == {"statement_line", "bank_file", "batch"}

    # The page of balances leads to the postings, and these to the entry with its file and line.
    shown = browser.get("/ledger?kind=returned_held").text
    account = f"returned_held:{paid[0].programme}"
    assert f"/ledger/postings?account={quote(account, safe='')}" in shown
    listed = browser.get("/ledger/postings", params={"account": account}).text
    came = made.scalars(
        select(LedgerEntry).where(LedgerEntry.event_type == "payment.returned")
    ).one()
    assert f"/ledger/entries/{came.id}" in listed
    page = browser.get(f"/ledger/entries/{came.id}").text
    for said in (paid[0].reference, "statement.xml", out.file().file_name, "Payment came back"):
        assert said in page
    assert (came.channel, came.booked_on) == ("rural", NEXT_DAY)

    # For programs: the same at two cuts, known before the statements and booked through the pay day.
    read = browser.get("/api/ledger/balances").json()
    assert read["total_fen"] == 0
    of = {one["code"]: one["amount_fen"] for one in read["accounts"]}
    assert of["bank_cash:rural"] == closing_fen + back_fen + 7
    known = browser.get("/api/ledger/balances", params={"at": before.isoformat()}).json()
    assert {one["code"] for one in known["accounts"]} >= {"bank_cash:rural", "bank_cash:ccb"}
    assert account not in {one["code"] for one in known["accounts"]}
    booked = browser.get("/api/ledger/waterfall", params={"through": str(PAY_DAY)}).json()
    assert booked["total"]["returned_fen"] == 0
    fall = browser.get(
        "/api/ledger/waterfall", params={"by": ["programme", "fund_source", "channel"]}
    ).json()
    rural = [one for one in fall["rows"] if one["channel"] == "rural"]
    assert sum(one["returned_fen"] for one in rural) == back_fen
    assert sum(one["settled_fen"] for one in rural) == debited_fen - back_fen
    assert fall["total"]["held_fen"] == of[account]
    walked = browser.get("/api/ledger/postings", params={"account": account}).json()
    assert (walked["total"], walked["amount_fen"], walked["next"]) == (1, back_fen, None)
    told = browser.get(f"/api/ledger/entries/{came.id}").json()
    assert {one["kind"] for one in told["origins"]} == kinds["payment.returned"]
    assert browser.get("/api/ledger/waterfall", params={"by": "village"}).status_code == 422
    assert browser.get("/api/ledger/entries/" + str(paid[0].batch_id)).status_code == 404
    _pages_take_any_moment(browser)
    assert sign_in_as("steward").get("/ledger/waterfall").status_code == 403


def _pages_take_any_moment(browser: Browser) -> None:
    """A moment that is none is said, and nothing breaks."""
    for path in ("/ledger", "/ledger/postings", "/ledger/waterfall"):
        assert browser.get(path, params={"at": "gestern"}).status_code == 422
        later = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        assert browser.get(path, params={"at": later}).status_code == 200
    table = browser.get("/ledger/waterfall", params={"by": ["programme", "channel"]}).text
    assert "at no bank" in table
    assert "Returned by banks" in table
