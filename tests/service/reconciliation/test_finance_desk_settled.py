"""Receipts, lines and recalls are settled by program and by command under the policy of the pages."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.cli import app as cli
from service.ledger.queries import balance
from service.reconciliation.models import ReplyLine, StatementLine
from tests.factories.banks import DEBIT_ACCOUNTS
from tests.service.reconciliation.answers import Sent, entry, sent, statement
from tests.service.web.browsing import PASSWORD, Browser, MakeOfficer, SignInAs

API = "/api/reconciliation"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at the rural bank, all paid but the second, and money of nobody."""
    town = sent(made)
    town.reply(town.told("ACSC", "RJCT", "ACSC"))
    return town


@pytest.fixture
def run(session: Session, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the test's own transaction; returns exit code and what was printed."""

    @contextmanager
    def mine() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    for place in ("service.reconciliation.desk", "service.dispatch.recall"):
        monkeypatch.setattr(f"{place}.commands.transaction", mine)
    monkeypatch.setattr("service.cli.upgrade_embedded", lambda: None)
    monkeypatch.setattr("service.cli.at_start", lambda: None)
    monkeypatch.setattr("service.cli.require_no_private_keys", lambda: None)

    def invoke(*words: object, typed: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(cli, [str(one) for one in words], input=typed)
        return done.exit_code, done.output

    return invoke


def _credit(out: Sent, fen: int, number: int = 1) -> int:
    opening = balance(out.session, "bank_cash:rural")
    content = statement(
        DEBIT_ACCOUNTS["rural"], [entry(fen, "CRDT")],
        opening_fen=opening, closing_fen=opening + fen, number=number,
    )  # fmt: skip
    assert out.statement(content).state == "applied"
    found = out.session.scalars(select(StatementLine.id).order_by(StatementLine.id.desc())).first()
    assert found is not None
    return found


def _post(browser: Browser, path: str, said: Any = None) -> tuple[int, Any]:
    answer = browser.post(f"{API}{path}", json=said)
    return answer.status_code, answer.json()


def test_a_receipt_is_assigned_by_two_programs_and_another_by_two_commands(
    out: Sent, make_officer: MakeOfficer, sign_in_as: SignInAs, run: Run
) -> None:
    first, _, third, _ = out.lines()
    receipt = _credit(out, first.amount_fen - 250)
    browser, by = sign_in_as("reconciler"), make_officer("reconciler", username="desk.second")
    listed = browser.get(f"{API}/receipts").json()
    assert [(one["id"], one["state"]) for one in listed["receipts"]] == [(receipt, "open")]
    assert listed["next"] == 0
    said = {"references": [first.reference], "fee_fen": 0, "reason": "银行来电"}
    path = f"/receipts/{receipt}"
    assert _post(browser, f"{path}/assign", said)[1]["code"] == "receipt_sums_differ"
    status, asked = _post(browser, f"{path}/assign", {**said, "fee_fen": 250})
    assert (status, asked["state"], asked["assignment"]["fee_fen"]) == (200, "asked", 250)
    assert str(first.payee_name) not in json.dumps(asked, ensure_ascii=False), "names are masked"
    assert _post(browser, f"{path}/confirm")[1]["code"] == "receipt_another_officer"
    assert browser.get(f"{API}/receipts", params={"state": "open"}).json()["receipts"] == []
    other = sign_in_as(officer=by)
    assert _post(other, f"{path}/confirm")[1]["state"] == "confirmed"
    assert out.states()[0] == "returned"
    assert browser.get(f"{API}/receipts/0").status_code == 404
    assert sign_in_as("maker").post(f"{API}{path}/confirm").status_code == 403

    again = _credit(out, third.amount_fen, 2)
    mine = ("--by", out.people.reconciler.username)
    group = ("reconciliation", "receipts")
    code, shown = run(*group, "show", again, *mine)
    assert (code, third.reference in shown) == (0, True)
    assert run(*group, "assign", again, third.reference, *mine, "--reason", "来函")[0] == 0
    code, refused = run(*group, "confirm", again, *mine)
    assert (code, "不能自行确认" in refused) == (1, True)
    assert run(*group, "withdraw", again, *mine)[0] == 0
    code, given_up = run(*group, "write-off", again, *mine, "--reason", "无法查明")
    assert (code, json.loads(given_up)["kind"]) == (0, "write_off")
    assert run(*group, "assign", again, third.reference, *mine, "--reason", "来函")[0] == 0
    assert json.loads(run(*group, "list", *mine, "--json")[1])["receipts"][0]["state"] == "asked"
    assert run(*group, "confirm", again, "--by", by.username)[0] == 0
    assert out.states()[2] == "returned"
    assert "[" not in run(*group, "list", *mine)[1].splitlines()[0]


def test_a_line_that_moved_nothing_is_ended_by_program_and_by_command(
    out: Sent, sign_in_as: SignInAs, run: Run
) -> None:
    out.reply(out.told("ACSC", "ACSC", "RJCT", "ACSC"))
    lines = select(ReplyLine).where(ReplyLine.outcome == "contradiction").order_by(ReplyLine.id)
    paid, rejected = out.session.scalars(lines).all()
    browser = sign_in_as("reconciler")
    assert browser.get(f"{API}/lines/{paid.id}").json()["ended"] == ""
    assert _post(browser, f"/lines/{rejected.id}/paid-late", {"reason": "x"})[1]["code"] == (
        "line_not_paid_late"
    )
    assert _post(browser, f"/lines/{rejected.id}/explain", {"reason": "录入有误"})[0] == 200
    late = ("reconciliation", "lines", "paid-late", paid.id)
    code, said = run(*late, "--by", out.people.reconciler.username, "--reason", "银行来函")
    assert (code, json.loads(said)["ended"]) == (0, "paid_late")
    assert out.states() == ["paid"] * 4
    shown = run("reconciliation", "lines", "show", 1, "--by", out.people.reconciler.username)
    assert shown[0] == 1, "a line that moved something is none of these"


def test_a_recall_is_asked_for_answered_and_closed_by_two_officers_each(
    out: Sent, make_officer: MakeOfficer, sign_in_as: SignInAs, run: Run
) -> None:
    first, _, third, fourth = out.lines()
    second = make_officer("signer", username="desk.signer")
    browser = sign_in_as("reconciler")
    file = out.file()
    ask = {
        "references": [first.reference, third.reference], "reason_code": "UPAY",
        "reason": "发放后核实已去世", "second": {"username": second.username, "password": "no"},
    }  # fmt: skip
    path = f"/api/dispatch/{file.id}/recall"
    assert browser.post(path, json=ask).json()["code"] == "sign_in_refused"
    ask["second"] = {"username": second.username, "password": PASSWORD}
    wrong = browser.post(path, json={**ask, "reason_code": "XXXX"}).json()
    assert wrong["code"] == "recall_reason_unknown"
    made = browser.post(path, json=ask).json()
    assert (made["state"], made["count"], len(made["lines"])) == ("prepared", 2, 2)
    assert str(first.payee_name) not in json.dumps(made, ensure_ascii=False)
    recall = made["id"]
    assert browser.get("/api/dispatch/recalls", params={"state": "open"}).json()[0]["id"] == recall
    answer = {"said": "refused", "references": [third.reference], "evidence": "来函"}
    answered = browser.post(
        f"/api/dispatch/recalls/{recall}/answer", json={**answer, "second": ask["second"]}
    ).json()
    assert {one["recall_state"] for one in answered["lines"]} == {"asked", "refused"}
    two = ("--by", out.people.reconciler.username, "--and-by", second.username)
    said = ("recalls", "answer", recall, "refused", *two, "--evidence", "来函")
    assert run(*said, typed="wrong\n")[0] == 1
    code, told = run(*said, typed=f"{PASSWORD}\n")
    assert (code, '"state": "answered"' in told) == (0, True)
    assert run("recalls", "show", recall, *two[:2])[0] == 0
    closed = browser.post(f"/api/dispatch/recalls/{recall}/close").json()
    assert closed["state"] == "closed"
    code, refused = run("recalls", "close", recall, *two[:2])
    assert (code, "closed" in refused) == (1, True)
    asking = ("recalls", "ask", file.id, *two, "--reason-code", "UPAY", "--reason", "x")
    code, told = run(*asking, "--reference", fourth.reference, typed=f"{PASSWORD}\n")
    assert (code, '"count": 1' in told) == (0, True)
    listed = json.loads(run("recalls", "list", *two[:2], "--open", "--json")[1])["recalls"]
    assert [one["count"] for one in listed] == [1]
    assert sign_in_as("steward").get(f"/api/dispatch/recalls/{recall}").status_code in (403, 404)


def test_the_work_list_by_command_is_that_of_the_pages(out: Sent, run: Run) -> None:
    by = ("--by", out.people.reconciler.username)
    group = ("reconciliation", "exceptions")
    listed = json.loads(run(*group, "list", *by, "--json", "--only", "kind=failed")[1])
    (one,) = listed["exceptions"]
    assert (listed["total"], one["code"], one["who"]) == (1, "AC04", "社保卡部门")
    assert run(*group, "take", one["key"], *by)[0] == 0
    assert json.loads(run(*group, "show", one["key"], *by)[1])["owner"] == by[1]
    code, refused = run(*group, "hand", one["key"], *by, "--to", "nobody", "--note", "x")
    assert (code, "不是可处理对账异常的在岗人员" in refused) == (1, True)
    assert run(*group, "lay-down", one["key"], *by, "--note", "误领")[0] == 0
    written = run(*group, "csv", *by, "--only", "kind=failed", "--language", "en")[1]
    assert "The account was closed." in written
    assert run(*group, "list", *by, "--only", "no=1")[0] == 2
