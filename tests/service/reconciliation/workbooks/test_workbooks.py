"""Pay list, analysis of replies, ledger of returns: they add up, agree with the ledger, and mask."""

import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.foundation.months import BadMonth
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.programmes.catalogue import rules
from service.reconciliation.workbooks.give import DaysUnusable, Wanted, give
from service.reconciliation.workbooks.made import Made
from service.reconciliation.workbooks.reader import Reader
from service.residents.models import Account
from service.residents.record.revealing import RevealReasonMissing
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.foundation.spreadsheets.reckoning import Reckoned
from tests.service.reconciliation.answers import Sent
from tests.service.web.browsing import SignInAs

ABOUT = Wanted(first="2026-10-01", last="2026-10-31")


def officer(duty: str, **more: object) -> Officer:
    made: Officer = OfficerFactory.create(duties=[duty], **more)
    return made


def of_batch(town: Sent, kind: str, reader: Reader) -> Made:
    return give(town.session, kind, Wanted(batch_no=town.batch.batch_no), reader)


def yuan(amount_fen: int) -> Decimal:
    return Decimal(amount_fen).scaleb(-2)


def assert_agrees(reckoned: Reckoned, rows: int) -> None:
    """Every row of the sheet of checks says so, and there are as many as are expected."""
    assert reckoned.column("核对", "结论") == ["相符"] * rows
    assert set(reckoned.column("核对", "差额")) == {Decimal(0)}


def acts(session: Session) -> list[dict[str, object]]:
    found = session.scalars(
        select(AuditEntry.canonical).where(AuditEntry.act == "workbook.given_out")
    )
    return [json.loads(one) for one in found]


def test_the_pay_list_adds_up_to_the_list_the_freeze_and_the_ledger(answered: Sent) -> None:
    made = of_batch(answered, "pay-list", Reader(officer("reconciler")))
    assert made.file_name == f"pay-list-{answered.batch.batch_no}.xlsx"
    reckoned = Reckoned(made.content)
    lines = answered.session.scalars(select(Payment).order_by(Payment.id)).all()
    total = sum(line.amount_fen for line in lines)
    amounts = reckoned.column("代发清单", "金额（元）")
    assert amounts[:-1] == [yuan(line.amount_fen) for line in lines]
    assert amounts[-1] == yuan(total)
    assert sum(reckoned.column("按乡镇（街道）", "金额（元）")[:-1]) == yuan(total)
    assert reckoned.column("按乡镇（街道）", "笔数")[-1] == 16
    assert_agrees(reckoned, 3)
    assert "壹仟陆佰零壹元" in reckoned.value("代发清单", "A2")
    assert reckoned.column("代发清单", "流水号")[:-1] == [line.reference for line in lines]
    shown = str(reckoned.rows("代发清单"))
    assert not any(str(line.payee_name) in shown for line in lines), "names are masked"


def test_a_changed_amount_shows_in_the_checks(answered: Sent) -> None:
    reckoned = Reckoned(of_batch(answered, "pay-list", Reader(officer("reconciler"))).content)
    reckoned._known["代发清单", "K5"] = Decimal("9999.99")
    assert reckoned.column("核对", "结论") == ["不符"] * 3


def test_names_and_accounts_are_whole_to_whom_may_see_them_and_says_why(answered: Sent) -> None:
    session = answered.session
    maker = officer("maker")
    with pytest.raises(RevealReasonMissing):
        of_batch(answered, "pay-list", Reader(maker, whole=True))
    made = of_batch(answered, "pay-list", Reader(maker, whole=True, reason="逐户核对账号"))
    whole = str(Reckoned(made.content).rows("代发清单"))
    lines = session.scalars(select(Payment)).all()
    assert all(str(line.payee_name) in whole for line in lines)
    tails = session.scalars(select(Account.tail)).all()
    accounts = Reckoned(made.content).column("代发清单", "收款账户")
    assert len({one for one in accounts if one and len(one) > 12 and one[-4:] in tails}) == 16
    # The reconciler's duties do not include it, whatever the form says.
    with pytest.raises(NotAllowed):
        of_batch(answered, "pay-list", Reader(officer("reconciler"), True, "逐户核对账号"))
    first, *_ = acts(session)
    assert first["details"] == {"kind": "pay-list", "lines": 16, "names": "whole"}
    assert first["reason"] == "逐户核对账号"
    revealed = session.scalars(select(AuditEntry).where(AuditEntry.act == "resident.revealed"))
    assert len(revealed.all()) == 1


def test_the_analysis_says_what_became_of_every_fen_that_was_sent(answered: Sent) -> None:
    reckoned = Reckoned(of_batch(answered, "replies", Reader(officer("reconciler"))).content)
    assert_agrees(reckoned, 4)
    rural, ccb = answered.file("rural"), answered.file("ccb")
    rows = {row[0]: row for row in reckoned.rows("分文件")[:-1]}
    assert set(rows) == {rural.file_name, ccb.file_name}
    assert all(row[-1] == 0 for row in rows.values()), "no difference"
    states = dict.fromkeys(["paid", "rejected", "returned", "unknown"], 0)
    for line in answered.lines():
        states[line.state] += line.amount_fen
    assert rows[rural.file_name][4:10] == [
        yuan(states["paid"]), yuan(states["rejected"]), yuan(states["returned"]), Decimal(0), yuan(states["unknown"]), Decimal(0),
    ]  # fmt: skip
    assert rows[ccb.file_name][9] == yuan(ccb.amount_fen), "still with the bank"
    reasons = reckoned.rows("分原因")
    assert [row[1] for row in reasons] == [2, 2], "one reason for both that failed, and the total"
    assert "账户已销户" in reasons[0][0]
    assert "换卡或解除限制" in reasons[0][3]


def test_the_ledger_of_returns_agrees_with_statements_and_books(answered: Sent) -> None:
    made = give(answered.session, "returns", ABOUT, Reader(officer("reconciler")))
    reckoned = Reckoned(made.content)
    assert_agrees(reckoned, 3)
    (back,) = [line for line in answered.lines() if line.state == "returned"]
    row, total = reckoned.rows("退款")
    assert row[4] == back.reference
    assert row[9] == row[11] == total[9] == yuan(back.amount_fen)
    before = Wanted(first="2026-09-01", last="2026-09-30")
    empty = Reckoned(give(answered.session, "returns", before, Reader(officer("signer"))).content)
    assert_agrees(empty, 3)
    for wrong in (Wanted(), Wanted(first="2026-10-02", last="2026-10-01")):
        with pytest.raises(DaysUnusable):
            give(answered.session, "returns", wrong, Reader(officer("reconciler")))


def test_the_month_adds_up_by_programme_and_township(answered: Sent) -> None:
    made = give(answered.session, "month", Wanted(month="2026-10"), Reader(officer("reconciler")))
    reckoned = Reckoned(made.content)
    assert_agrees(reckoned, 3)
    lines = answered.session.scalars(select(Payment)).all()
    total = yuan(sum(line.amount_fen for line in lines))
    for sheet in ("分项目分乡镇", "按项目", "按乡镇（街道）"):
        assert reckoned.rows(sheet)[-1][-6] == total, sheet
        assert sum(reckoned.rows(sheet)[-1][-5:]) == total, "every fen is somewhere, and once"
    with pytest.raises(BadMonth):
        give(answered.session, "month", Wanted(month="10"), Reader(officer("reconciler")))


def test_the_day_leads_from_opening_to_closing_and_to_the_ledger(answered: Sent) -> None:
    about = Wanted(channel="rural", day="2026-10-16")
    made = give(answered.session, "day", about, Reader(officer("reconciler")))
    reckoned = Reckoned(made.content)
    assert_agrees(reckoned, 2)
    paid = sum(line.amount_fen for line in answered.lines() if line.settled_on is not None)
    assert reckoned.rows("收支明细")[-1][-1] == yuan(paid)
    assert reckoned.rows("说明")[4][1] == "尚未关账"
    for wrong, refused in (
        (Wanted(channel="rural", day="2026-10-15"), NotFound),
        (Wanted(channel="nobank", day="2026-10-16"), NotFound),
        (Wanted(channel="rural", day="x"), DaysUnusable),
    ):
        with pytest.raises(refused):
            give(answered.session, "day", wrong, Reader(officer("reconciler")))


def test_every_exception_has_its_reason_and_next_step(answered: Sent) -> None:
    made = give(answered.session, "exceptions", Wanted(), Reader(officer("reconciler")))
    reckoned = Reckoned(made.content)
    assert_agrees(reckoned, 1)
    found = reckoned.rows("待处理付款")[:-1]
    open_lines = [
        one for one in answered.lines() if one.state in ("rejected", "returned", "unknown")
    ]
    assert {row[0] for row in found} == {line.reference for line in open_lines}
    assert all(row[8] for row in found), "somebody can do something about each"
    assert [row[7] for row in found].count("账户已销户。") == 2


def test_a_sensitive_programme_is_named_only_to_whom_it_concerns(
    answered: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = answered.batch.programme
    told = replace(rules().programmes[code], sensitive=True)
    known = SimpleNamespace(programmes={code: told})
    monkeypatch.setattr("service.reconciliation.workbooks.reader.rules", lambda: known)
    name = told.names.zh.partition("（")[0]
    for kind in ("pay-list", "replies"):
        made = of_batch(answered, kind, Reader(officer("reconciler")))
        said = str([list(sheet.values) for sheet in Reckoned(made.content).book])
        assert name not in said
        assert code not in said + made.file_name
        assert "惠民补贴" in said
        seen = of_batch(answered, kind, Reader(officer("reviewer")))
        assert name in str([list(sheet.values) for sheet in Reckoned(seen.content).book])
    made = give(answered.session, "returns", ABOUT, Reader(officer("reconciler")))
    assert code not in str([list(sheet.values) for sheet in Reckoned(made.content).book])


def test_a_township_gets_its_own_lines_and_no_total_of_the_others(made: Session) -> None:
    batch = BatchFactory.create()
    here = [PaymentFactory.create(batch=batch, division="330523999201") for _ in range(2)]
    PaymentFactory.create(batch=batch, division="330523100200", amount_fen=777_77)
    PaymentFactory.create(batch=batch, division="330523999201", state="held", amount_fen=888_88)
    scope: dict[str, Any] = {"division": "330523999", "programmes": [], "departments": [],
             "from": "2020-01-01", "to": None}  # fmt: skip
    reader = Reader(
        officer("reviewer", scopes={"reviewer": [scope]}), whole=True, reason="核对姓名"
    )
    about = Wanted(batch_no=batch.batch_no)
    reckoned = Reckoned(give(made, "pay-list", about, reader).content)
    assert reckoned.column("代发清单", "流水号")[:-1] == [line.reference for line in here]
    assert reckoned.column("代发清单", "收款人")[:-1] == [line.payee_name for line in here]
    assert_agrees(reckoned, 1)
    said = str([list(sheet.values) for sheet in reckoned.book])
    assert "777.77" not in said
    assert "888.88" not in said, "what a person must clear first is not on the list"
    elsewhere = {**scope, "division": "330523888"}
    stranger = Reader(officer("reviewer", scopes={"reviewer": [elsewhere]}))
    with pytest.raises(NotFound):
        give(made, "pay-list", about, stranger)


def test_pages_programs_and_commands_give_the_same(answered: Sent, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker", "reconciler")
    path = f"/batches/{answered.batch.batch_no}/workbooks"
    assert f'href="{path}"' in browser.get(f"/batches/{answered.batch.batch_no}").text
    got = browser.submit(path, {"kind": "replies"})
    assert got.status_code == 200
    assert got.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert_agrees(Reckoned(got.content), 4)
    refused = browser.submit(path, {"kind": "pay-list", "whole": "yes"})
    assert refused.status_code == 422
    assert "请写明用途" in refused.text
    assert browser.submit(path, {"kind": "nothing"}).status_code == 404
    got = browser.submit(
        "/reconciliation/workbooks/returns",
        {"first": "2026-10-01", "last": "2026-10-31"},
        shown_at="/reconciliation/workbooks",
    )
    assert_agrees(Reckoned(got.content), 3)
    wrong = browser.submit(
        "/reconciliation/workbooks/returns", {"first": "x"}, shown_at="/reconciliation/workbooks"
    )
    assert wrong.status_code == 422
    assert "请填写起止日期" in wrong.text
    program = sign_in_as("reconciler", language="en")
    got = program.post(f"/api{path}", json={"kind": "pay-list"})
    assert got.headers["content-disposition"].endswith(f'"pay-list-{answered.batch.batch_no}.xlsx"')
    english = Reckoned(got.content)
    assert english.column("Checks", "Verdict") == ["agrees"] * 3
    days = {"first": "2026-10-01", "last": "2026-10-31"}
    got = program.post("/api/reconciliation/workbooks/returns", json=days)
    assert got.status_code == 200
    assert [one["details"]["kind"] for one in acts(answered.session)] == [  # type: ignore[index]
        "replies", "returns", "pay-list", "returns",
    ]  # fmt: skip
    assert sign_in_as("steward").get(path).status_code == 403
