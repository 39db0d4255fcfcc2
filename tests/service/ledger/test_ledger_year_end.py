"""A year ends: what nobody committed goes back to its sources, by two people, once; the rest stays."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.ledger.appropriate import AppropriationExceeded, appropriate, commit
from service.ledger.asks.ask import AskRefused, answer
from service.ledger.asks.models import FinanceAsk
from service.ledger.close_year import ask_to_close_year, close_year, preview
from service.ledger.models import Appropriation
from service.ledger.post import post
from service.ledger.queries import balances
from service.ledger.waterfall import waterfall
from tests.factories import residents
from tests.factories.officers import staff
from tests.service.web.browsing import SignInAs

LAST = date(2025, 12, 31)


def test_what_is_left_goes_back_and_what_is_on_its_way_stays(
    session: Session, sign_in_as: SignInAs
) -> None:
    residents.use(session)
    people = staff()
    appropriate(
        session, "MZ15", 2025, 1_000, fund_source="中央、省级", by=SYSTEM,
        sources={"中央": 700, "省级": 300},
    )  # fmt: skip
    appropriate(session, "MZ15", 2026, 50, fund_source="省级", by=SYSTEM)
    commit(session, "MZ15", 2025, 899, batch="a", on=LAST)
    for number, (target, source, fen) in enumerate(
        (
            ("in_transit:ccb:MZ15", "commitments:MZ15", 800),
            ("settled:MZ15", "in_transit:ccb:MZ15", 500),
            ("returned_held:MZ15", "settled:MZ15", 40),
        )
    ):
        post(session, "t", str(number), {target: fen, source: -fen}, booked_on=LAST)
    (row,) = preview(session, 2025)
    assert (row.unspent_fen, row.back_to) == (101, {"中央": 70, "省级": 31})
    assert (row.committed_fen, row.in_transit_fen, row.held_fen) == (99, 300, 40)

    browser = sign_in_as(officer=people.reconciler, language="en")
    shown = browser.get("/ledger/year-end", params={"year": 2025}).text
    assert "Close the year" in shown
    said = browser.get("/api/ledger/year-end", params={"year": 2025}).json()
    assert said[0]["unspent_fen"] == 101
    with pytest.raises(AskRefused, match="not over"):
        ask_to_close_year(session, 2999, reason="x", by=people.reconciler)
    with pytest.raises(AskRefused, match="left to give back"):
        ask_to_close_year(session, 2024, reason="x", by=people.reconciler)
    answered = browser.submit(
        "/ledger/year-end", {"year": 2025, "reason": "年终结转"},
        shown_at="/ledger/year-end?year=2025",
    )  # fmt: skip
    assert answered.status_code == 303
    asked = session.scalars(select(FinanceAsk)).one()
    assert (asked.amount_fen, asked.details["year"]) == (101, 2025)

    # Somebody commits one more fen before the second officer looks: another sum is another question.
    before = balances(session)
    commit(session, "MZ15", 2025, 1, batch="late", on=LAST)
    with pytest.raises(AskRefused, match=r"1\.00 yuan are left now"):
        close_year(session, asked, by=people.signer)
    answer(session, asked, confirmed=False, by=people.signer)

    again = ask_to_close_year(session, 2025, reason="年终结转", by=people.reconciler)
    answer(session, again, confirmed=True, by=people.signer)
    assert close_year(session, again, by=people.signer) == 100
    after = balances(session)
    assert {code: after[code] - before.get(code, 0) for code in after if after[code] != before.get(code, 0)} == {
        "available:MZ15": -101, "commitments:MZ15": 1, "authority:MZ15:中央": 70,
        "authority:MZ15:省级": 30,
    }  # fmt: skip
    kept = {one.year: one for one in session.scalars(select(Appropriation))}
    assert (kept[2025].amount_fen, kept[2025].committed_fen) == (900, 900)
    assert kept[2026].amount_fen == 50
    with pytest.raises(AppropriationExceeded):
        commit(session, "MZ15", 2025, 1, batch="too late", on=LAST)
    with pytest.raises(AskRefused, match="left to give back"):
        ask_to_close_year(session, 2025, reason="x", by=people.reconciler)
    (stand,) = waterfall(session)
    assert (stand.appropriated_fen, stand.left_fen, stand.held_fen) == (950, 50, 40)
    assert sum(after.values()) == 0
