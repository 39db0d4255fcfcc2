"""Held lines on pages, by API and by command: the same act, the same policy."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch, Payment
from service.dispatch import queries
from service.dispatch.holding import commands
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.enquiry.answer import answer
from service.foundation.problems import Problem
from tests.factories.batches import county_batch, signed
from tests.service.web.browsing import PASSWORD, MakeOfficer, SignInAs

pytestmark = pytest.mark.usefixtures("made")


@pytest.fixture
def batch(session: Session) -> Batch:
    """A signed list of six lines in two files, which waits to be sent."""
    made = county_batch(session, 6)
    signed(session, made)
    return made


def _lines(session: Session, file: BankFile) -> list[Payment]:
    found = select(Payment).where(Payment.bank_file_id == file.id).order_by(Payment.id)
    return list(session.scalars(found))


def test_a_line_is_left_out_shown_and_released_on_pages(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, batch: Batch
) -> None:
    browser, second = sign_in_as("reconciler"), make_officer("signer")
    file = queries.of_batch(session, batch)[0]
    line, other, *_ = _lines(session, file)
    on_line = f"/batches/{batch.batch_no}/lines/{line.reference}"
    here = f"/dispatch/{file.id}/hold"
    assert "从文件中暂缓该笔" in browser.get(on_line).text
    assert "该文件的暂缓明细" in browser.get(f"/dispatch/{file.id}").text
    assert line.reference in browser.get(f"{here}?reference={line.reference}").text
    two = {"username": second.username, "password": PASSWORD}
    form = {"references": line.reference, "reason": "账号有疑问", **two}
    for changed, sentence in (
        ({"reason": ""}, "请"),
        ({"references": ""}, "请填写付款编号"),
        ({"references": "0000000000011"}, "不是"),
        ({"username": make_officer("maker").username}, ""),
    ):
        refused = browser.submit(here, {**form, **changed}, shown_at=here)
        assert refused.status_code != 303
        assert sentence in refused.text
    assert browser.submit(here, form, shown_at=here).status_code == 303
    shown = browser.get(here).text
    assert "账号有疑问" in shown
    assert "发送前暂缓" in shown
    assert "账号有疑问" in browser.get(on_line).text
    assert str(line.payee_name) not in shown, "names are masked"
    session.refresh(line)
    assert (line.state, line.bank_file_id) == ("withheld", file.id)
    said = answer(session, line.payee_person_id or 0, batch.month).lines[0]
    assert said.state == "withheld"
    assert "资金未丢失" in said.sentence_zh
    assert "not lost" in said.sentence

    end = {"reference": line.reference, "reason": "已核实"}
    assert f"{here}/release" not in shown, "the list could still be called back"
    for one in queries.of_batch(session, batch):
        move(session, one, "sending", by=SYSTEM)
        move(session, one, "delivered", by=SYSTEM)
        mark_sent(session, one)
    assert (
        browser.submit(f"{here}/release", {**end, "reason": ""}, shown_at=here).status_code != 303
    )
    assert browser.submit(f"{here}/release", end, shown_at=here).status_code == 303
    assert "已解除：已核实" in browser.get(here).text
    session.refresh(other)
    assert (
        f'action="/dispatch/{other.bank_file_id}/hold"'
        not in browser.get(f"/dispatch/{other.bank_file_id}/hold").text
    ), "its file is gone"


def test_the_same_by_programs_and_by_command(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    browser, second = sign_in_as("signer"), make_officer("reconciler")
    file = queries.of_batch(session, batch)[0]
    line, other, _ = _lines(session, file)
    api = f"/api/dispatch/{file.id}/hold"
    given = {
        "references": line.reference, "reason": "待核实",
        "username": second.username, "password": PASSWORD,
    }  # fmt: skip
    refused = browser.post(api, json={**given, "password": "no"})
    assert refused.status_code in (401, 403, 422)
    assert browser.post(api, json=given).status_code == 201, refused.text
    (told,) = browser.get(api).json()
    assert (told["reference"], told["state"], told["why"]) == (line.reference, "withheld", "待核实")
    assert sign_in_as("auditor").post(api, json=given).status_code == 403

    class Here:
        def __enter__(self) -> Session:
            return session

        def __exit__(self, *_: object) -> None:
            session.flush()

    monkeypatch.setattr(commands, "transaction", Here)
    by, and_by = make_officer("signer").username, second.username
    named = ["hold", batch.batch_no, other.reference, "--by", by, "--reason", "待核实"]
    with pytest.raises(Problem, match="two different officers"):
        CliRunner().invoke(commands.app, [*named, "--and-by", by], catch_exceptions=False)
    done = CliRunner().invoke(commands.app, [*named, "--and-by", and_by], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(commands.app, ["list", batch.batch_no, "--json"])
    assert [one["reference"] for one in json.loads(listed.output)] == [
        line.reference, other.reference,
    ]  # fmt: skip
    end = ["release", other.reference, "--by", by, "--reason", "已核实"]
    with pytest.raises(Problem, match="not held, or the rest"):
        CliRunner().invoke(commands.app, end, catch_exceptions=False)
