"""The ledger on a page: every account with its name, and sums that agree."""

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.ledger.appropriate import appropriate, commit
from service.ledger.queries import account_balances
from tests.service.web.browsing import SignInAs


@pytest.fixture(autouse=True)
def money(session: Session) -> None:
    """One thousand yuan for old people, of which four hundred are committed."""
    from datetime import date

    appropriate(session, "MZ15", 2026, 100_000, fund_source="省级", by=SYSTEM)
    commit(session, "MZ15", 2026, 40_000, batch="MZ15-2026-10-01", on=date(2026, 10, 16))


def test_what_is_given_used_and_left_is_shown_by_programme(sign_in_as: SignInAs) -> None:
    shown = sign_in_as("reconciler").get("/ledger").text
    row = shown[shown.rindex("<tbody>") : shown.rindex("</tbody>")]
    assert "高龄津贴（80至99周岁） MZ15" in row
    for figure in ("1,000.00", "400.00", "600.00"):
        assert figure in row
    assert "全部账户合计 0.00 元" in shown


def test_the_balances_of_all_accounts_together_are_nothing(session: Session) -> None:
    found = account_balances(session)
    assert {(one.kind, one.amount_fen) for one in found if one.programme == "MZ15"} == {
        ("authority", -100_000),
        ("available", 60_000),
        ("commitments", 40_000),
    }
    assert sum(one.amount_fen for one in found) == 0


def test_only_the_duties_over_money_and_the_auditor_read_it(sign_in_as: SignInAs) -> None:
    assert sign_in_as("steward").get("/ledger").status_code == 403
    assert sign_in_as("auditor", language="en").get("/ledger").status_code == 200


def test_the_accounts_of_one_kind_are_a_page_of_their_own(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("reconciler", language="en")
    assert 'href="/ledger?kind=available"' in browser.get("/ledger").text
    shown = browser.get("/ledger?kind=available").text
    row = shown[shown.rindex("<tbody>") : shown.rindex("</tbody>")]
    assert row.count("<tr") == 1
    assert "600.00" in row
    assert "/ledger/postings?account=" in row
    assert browser.get("/ledger?kind=nothing").status_code == 404


def test_many_appropriations_are_folded_behind_their_sums_and_paged(
    session: Session, sign_in_as: SignInAs
) -> None:
    for number in range(1, 31):
        appropriate(session, f"MZ{number:02d}", 2025, 10_000, fund_source="县级", by=SYSTEM)
    browser = sign_in_as("reconciler", language="en")
    shown = browser.get("/ledger").text
    assert '<details id="rows"><summary>Appropriations of 31 programmes: 4,000.00 yuan' in shown
    opened = browser.get("/ledger?page=2").text
    assert '<details id="rows" open>' in opened
    row = opened[opened.rindex("<tbody>") : opened.rindex("</tbody>")]
    assert row.count("<tr") == 6
    assert "4,000.00" in opened[opened.rindex("<tfoot>") :], "the sum is of all pages"
    flow = browser.get("/ledger/waterfall").text
    assert '<details id="rows"><summary>From appropriation to card by programme: 30 rows' in flow
    rest = browser.get("/ledger/waterfall?page=2").text
    assert '<details id="rows" open>' in rest
    assert rest[rest.rindex("<tbody>") : rest.rindex("</tbody>")].count("<tr") == 5
