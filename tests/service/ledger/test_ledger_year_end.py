"""A year ends: what nobody committed goes back to its sources, by two people, once; the rest stays."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.ledger.appropriate import (
    AppropriationExceeded,
    AppropriationsUnreadable,
    appropriate,
    appropriate_from,
    commit,
)
from service.ledger.asks.ask import AskRefused, answer
from service.ledger.asks.models import FinanceAsk
from service.ledger.close_year import ask_to_close_year, close_year, preview
from service.ledger.cut import Cut
from service.ledger.held import take_back, take_held
from service.ledger.models import Appropriation, LedgerEntry
from service.ledger.post import post
from service.ledger.queries import balances
from service.ledger.reverse import reverse
from service.ledger.settle_held import ask_to_settle_held, preview_held, settle_held
from service.ledger.trace import origins
from service.ledger.waterfall import waterfall
from service.reconciliation.decide_asks import decide
from service.reconciliation.origins import explain_entries
from tests.factories import residents
from tests.factories.officers import Staff, staff
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
    twice = browser.post("/api/ledger/year-end", json={"year": 2025, "reason": "年终结转"})
    assert (twice.status_code, twice.json()["code"]) == (409, "ask_refused")
    assert browser.post("/api/ledger/year-end", json={"year": 25, "reason": "x"}).status_code == 422
    refused = sign_in_as("maker").post("/api/ledger/year-end", json={"year": 2025, "reason": "x"})
    assert refused.status_code == 403
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


def _back_in(session: Session, fen: int, number: str, on: date) -> None:
    post(
        session, "t", number, {"returned_held:MZ15": fen, "settled:MZ15": -fen}, booked_on=on
    )  # fmt: skip


def test_returned_money_goes_back_or_is_carried_over_by_the_rule_of_its_source(
    session: Session, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    residents.use(session)
    people = staff()
    budget = tmp_path / "budget.csv"
    budget.write_text(
        "年度,项目代码,资金来源,预算金额(元),年末处理\n"
        "2025,MZ15,中央,7.00,上缴\n2025,MZ15,省级,3.00,结转\n"
    )
    assert appropriate_from(session, budget, by=SYSTEM) == 1_000
    commit(session, "MZ15", 2025, 1_000, batch="a", on=LAST)
    post(session, "t", "0", {"settled:MZ15": 1_000, "commitments:MZ15": -1_000}, booked_on=LAST)
    _back_in(session, 41, "december", LAST)
    _back_in(session, 100, "next year", date(2026, 1, 2))
    (end,) = preview_held(session, 2025)
    assert (end.to_treasury, end.carried_over) == ({"中央": 28}, {"省级": 13})
    before = balances(session)

    browser = sign_in_as(officer=people.reconciler, language="en")
    page = browser.get("/ledger/year-end", params={"year": 2025}).text
    assert "Returned money of the year" in page
    said = browser.get("/api/ledger/year-end/held", params={"year": 2025}).json()
    assert said == [
        {"programme": "MZ15", "to_treasury": {"中央": 28}, "carried_over": {"省级": 13}}
    ]
    asked_at = "/ledger/year-end?year=2025"
    sent = browser.submit(
        "/ledger/year-end/held", {"year": 2025, "reason": "年终"}, shown_at=asked_at
    )
    assert sent.status_code == 303
    asked = session.scalars(select(FinanceAsk)).one()
    assert (asked.kind, asked.amount_fen) == ("settle_held", 41)
    with pytest.raises(AskRefused):
        answer(session, asked, confirmed=True, by=people.reconciler)
    assert balances(session) == before, "asking moves nothing"
    # One more comes back into December: another sum is another question.
    _back_in(session, 10, "late", LAST)
    with pytest.raises(AskRefused, match=r"0\.35 yuan would go to the treasury"):
        settle_held(session, asked, by=people.signer)
    answer(session, asked, confirmed=False, by=people.signer)
    again = ask_to_settle_held(session, 2025, reason="年终", by=people.reconciler)
    decide(session, again, confirmed=True, by=people.signer)
    after = balances(session)
    assert after["due_to_treasury:MZ15"] == 35
    assert after["returned_held:MZ15:省级"] == 16
    assert after["returned_held:MZ15"] == 100, "next year's returns wait for their own end"
    assert preview_held(session, 2025) == []
    with pytest.raises(AskRefused, match="held unsettled"):
        ask_to_settle_held(session, 2025, reason="x", by=people.reconciler)
    (stand,) = waterfall(session)
    assert (stand.due_to_treasury_fen, stand.held_fen, stand.recovered_fen) == (35, 116, 0)
    (then,) = waterfall(session, Cut(through=LAST))
    assert (then.due_to_treasury_fen, then.held_fen) == (35, 16)
    assert "Due to the treasury" in browser.get("/ledger/waterfall").text
    explain_entries()
    for one in session.scalars(select(LedgerEntry).where(LedgerEntry.event_type.like("year.%"))):
        assert origins(session, one), one.event_type
    _taken_back_and_settled_anew(session, people)


def _taken_back_and_settled_anew(session: Session, people: Staff) -> None:
    """What was settled is taken back by its reversal, and may then be settled anew."""
    gone = session.scalars(
        select(LedgerEntry).where(LedgerEntry.event_type == "year.forfeited")
    ).one()
    reverse(session, gone.id, on=LAST, reason="误缴", by=SYSTEM)
    assert balances(session)["due_to_treasury:MZ15"] == 0
    (end,) = preview_held(session, 2025)
    assert (end.to_treasury, end.carried_over) == ({"中央": 35}, {})
    third = ask_to_settle_held(session, 2025, reason="年终", by=people.reconciler)
    decide(session, third, confirmed=True, by=people.signer)
    assert balances(session)["due_to_treasury:MZ15"] == 35
    assert sum(balances(session).values()) == 0

    # What is taken comes from the programme's own account, then from what was carried over.
    assert take_held(session, "MZ15", 110) == (
        {"returned_held:MZ15": -100, "returned_held:MZ15:省级": -10}, 0,
    )  # fmt: skip
    assert take_held(session, "MZ15", 120)[1] == 4, "the rest is short"
    assert take_back(session, "MZ15", 120)["due_to_treasury:MZ15"] == -4


def test_a_rule_for_the_years_end_that_is_none_is_named(session: Session, tmp_path: Path) -> None:
    budget = tmp_path / "budget.csv"
    budget.write_text("年度,项目代码,资金来源,预算金额(元),年末处理\n2025,MZ15,中央,7.00,留用\n")
    with pytest.raises(AppropriationsUnreadable, match="row 2: 年末处理 is 留用"):
        appropriate_from(session, budget, by=SYSTEM)
