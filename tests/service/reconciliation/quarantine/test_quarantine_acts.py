"""Files in quarantine on the page, for programs and as commands: shown side by side, ended by an act."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.ledger.queries import balance, balances
from service.reconciliation import queries
from service.reconciliation.decide_asks import decide
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine import commands
from service.reconciliation.quarantine.compare import Said, differences
from service.reconciliation.quarantine.queries import rests
from service.reconciliation.quarantine.take import ask_to_take
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.service.reconciliation.answers import Sent, debit, entry, render, sent, statement
from tests.service.web.browsing import Browser, SignInAs

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Two payments at the rural bank, both paid."""
    out = sent(made, 4)
    out.reply(out.told("ACSC"))
    return out


def _day(out: Sent, *more: str, moved_fen: int = 0) -> bytes:
    paid_fen = sum(line.amount_fen for line in out.lines())
    return statement(
        ACCOUNT, [debit(out.file(), paid_fen), *more],
        opening_fen=OPENING_FEN, closing_fen=OPENING_FEN - paid_fen + moved_fen,
    )  # fmt: skip


def _pair(out: Sent) -> tuple[InboundFile, InboundFile]:
    """Return a booked statement with a credit of seven fen, and a corrected one with nine."""
    first = out.statement(_day(out, entry(7, "CRDT"), moved_fen=7))
    return first, out.statement(_day(out, entry(9, "CRDT"), moved_fen=9))


def _post(browser: Browser, path: str, reason: str) -> Any:
    return browser.post(path, json={"reason": reason})


def _named(out: Sent) -> dict[str, str]:
    return {"file_reference": out.file().file_reference, "message_id": "B7"}


def _waiting(out: Sent) -> list[InboundFile]:
    return [one.file for one in queries.waiting_quarantine(out.session)]


def test_lines_are_told_apart_as_added_removed_and_changed() -> None:
    same = Said("A", "return", "AC04", 5)
    found = differences(
        [same, same, Said("B", "return", "", 1), Said("C", "other", "", -2)],
        [same, Said("B", "return", "", 2), Said("D", "other", "", 3)],
    )
    assert [(one.kind, one.about) for one in found] == [
        ("removed", "A"), ("changed", "B"), ("removed", "C"), ("added", "D"),
    ]  # fmt: skip
    assert differences([same], [same]) == []


def test_a_pair_is_shown_side_by_side_and_taken_by_two_on_the_page(
    out: Sent, sign_in_as: SignInAs
) -> None:
    first, second = _pair(out)
    assert _waiting(out) == [second]
    # Another day's file under the same name repairs nothing: a pair is decided by somebody.
    browser = sign_in_as(officer=out.people.reconciler, language="en")
    path = f"/reconciliation/files/{second.id}"
    assert f"{path}#decide" in browser.get("/reconciliation").text
    shown = browser.get(path).text
    assert f"/reconciliation/files/{first.id}" in shown
    assert "Beside the file that came before" in shown
    assert "0.02" in shown, "by two fen they differ"
    assert "0.07" in shown
    assert "0.09" in shown
    refused = browser.submit(path, {"act": "", "reason": "x"}, shown_at=path)
    assert refused.status_code == 422
    assert "Choose what is done" in refused.text
    answer = browser.submit(path, {"act": "take", "reason": "银行来函更正"}, shown_at=path)
    assert answer.status_code == 303
    waiting = browser.get(path).text
    assert "waits for another officer" in waiting
    assert 'value="take"' not in waiting, "it was asked for once"
    asked = browser.get("/api/reconciliation/asks").json()[0]
    assert (asked["kind"], asked["amount_fen"]) == ("take_file", 2)
    signer = sign_in_as(officer=out.people.signer, language="en")
    assert path in signer.get("/reconciliation/asks").text
    confirm = f"/reconciliation/asks/{asked['id']}/confirm"
    assert signer.submit(confirm, shown_at="/reconciliation/asks").status_code == 303
    out.session.refresh(second)
    assert second.state == "applied"
    assert balance(out.session, "unidentified_receipts") == -9
    assert _waiting(out) == []
    assert "A corrected statement stands" in browser.get(f"/reconciliation/files/{first.id}").text
    assert _post(sign_in_as("maker"), f"/api{path}/reject", "x").status_code == 403


def test_the_booked_one_is_kept_by_rejecting_and_what_comes_again_waits_again(
    out: Sent, sign_in_as: SignInAs
) -> None:
    _, second = _pair(out)
    before = balances(out.session)
    api = sign_in_as(officer=out.people.reconciler)
    (listed,) = api.get("/api/reconciliation/quarantine").json()
    assert (listed["id"], listed["acts"]) == (str(second.id), ["take", "reject", "ask-bank"])
    path = f"/api/reconciliation/files/{second.id}"
    told: dict[str, Any] = api.get(path).json()
    assert told["comparison"]["fen"]["credits"] == [7, 9]
    (line,) = told["comparison"]["differences"]
    assert (line["kind"], line["before"]["fen"], line["after"]["fen"]) == ("changed", 7, 9)
    asked = _post(api, f"{path}/ask-bank", "电话询问营业部王经理")
    assert [one["act"] for one in asked.json()["decisions"]] == ["asked_bank"]
    assert _waiting(out) == [second], "asking the bank ends nothing"
    assert _post(api, f"{path}/reject", " ").json()["code"] == "reason_missing"
    done = _post(api, f"{path}/reject", "银行答复以前一份为准")
    assert done.json()["state"] == "rejected"
    assert (_waiting(out), rests(out.session, second)) == ([], True)
    assert balances(out.session) == before
    assert second.state == "quarantined", "it is kept as what it is"
    out.statement(_day(out, entry(9, "CRDT"), moved_fen=9))
    assert _waiting(out) == [second], "the bank sent it once more"
    assert _post(api, f"{path}/burn", "x").status_code == 422


def test_a_damaged_file_offers_no_taking_and_a_reply_of_a_used_id_does(
    out: Sent, sign_in_as: SignInAs
) -> None:
    damaged = out.statement(b"<html/>")
    api = sign_in_as(officer=out.people.reconciler)
    path = f"/api/reconciliation/files/{damaged.id}"
    assert api.get(path).json()["acts"] == ["reject", "ask-bank"]
    refused = _post(api, f"{path}/take", "x")
    assert (refused.status_code, refused.json()["code"]) == (409, "file_still_quarantined")
    # A reply under an id that the bank had used: its lines are matched as any reply's are.
    out.receive(render("rural", out.told("ACSC"), **_named(out)))
    twice = out.receive(render("rural", out.told("ACSC", "RJCT"), **_named(out)))
    assert {fault["code"] for fault in twice.faults if fault["fatal"]} == {"message_id_twice"}
    told = api.get(f"/api/reconciliation/files/{twice.id}").json()
    (line,) = told["comparison"]["differences"]
    assert (line["before"]["what"], line["after"]["what"]) == ("paid", "rejected")
    asked = ask_to_take(out.session, twice, reason="银行确认", by=out.people.reconciler)
    decide(out.session, asked, confirmed=True, by=out.people.signer)
    assert (twice.state, out.states()) == ("applied", ["paid", "paid"])
    assert out.outcomes(twice) == ["unchanged", "contradiction"], (
        "what contradicts goes to a person"
    )


def test_the_commands_do_the_same(out: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = _pair(out)

    @contextmanager
    def here() -> Iterator[Session]:
        yield out.session

    monkeypatch.setattr(commands, "transaction", here)
    run = CliRunner()

    def said(*words: str) -> Any:
        done = run.invoke(commands.app, [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    by, other = out.people.reconciler.username, out.people.signer.username
    assert [one["id"] for one in said("list", "--by", by)] == [str(second.id)]
    file = str(second.id)
    plain = run.invoke(commands.app, ["show", file, "--by", by], catch_exceptions=False).output
    assert "credits: 0.07 → 0.09" in plain
    assert said("ask-bank", file, "--by", by, "--reason", "电询")["decisions"]
    assert said("take", file, "--by", by, "--reason", "更正")["changes_fen"] == 2
    assert said("refuse", file, "--by", other)["asked"] is None
    assert said("take", file, "--by", by, "--reason", "更正")["asked"]
    assert said("confirm", file, "--by", other)["state"] == "applied"
