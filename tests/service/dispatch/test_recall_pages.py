"""Recalls on pages: two officers ask, a letter is printed, its answer is recorded, the queue says what waits."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall
from service.dispatch.sent import mark_sent
from service.ledger.models import BankChannel
from tests.factories.batches import county_batch, signed
from tests.service.web.browsing import PASSWORD, MakeOfficer, SignInAs

pytestmark = pytest.mark.usefixtures("made")


@pytest.fixture
def file(session: Session) -> BankFile:
    """A file at the bank that takes no cancellation messages."""
    batch = county_batch(session)
    signed(session, batch)
    for one in queries.of_batch(session, batch):
        move(session, one, "sending", by=SYSTEM)
        move(session, one, "delivered", by=SYSTEM)
        mark_sent(session, one)
        if session.get_one(BankChannel, one.channel_id).code == "ccb":
            found = one
    return found


def test_a_letter_from_the_form_to_the_recorded_refusal(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, file: BankFile
) -> None:
    browser, second = sign_in_as("reconciler"), make_officer("signer")
    line = session.scalars(
        select(Payment).where(Payment.bank_file_id == file.id).order_by(Payment.id)
    ).first()
    assert line is not None
    path = f"/dispatch/{file.id}/recall"
    assert "向银行申请撤销付款" in browser.get(f"/dispatch/{file.id}").text
    assert line.reference in browser.get(f"{path}?reference={line.reference}").text
    two = {"username": second.username, "password": PASSWORD}
    form = {"which": "these", "reason_code": "UPAY", "reason": "已去世", "references": ""}
    refused = browser.submit(path, {**form, **two}, shown_at=path)
    assert (refused.status_code, "请填写付款编号" in refused.text) == (422, True)
    form["references"] = line.reference
    wrong = browser.submit(
        path, {**form, "username": second.username, "password": "no"}, shown_at=path
    )
    assert wrong.status_code != 303
    assert line.reference in wrong.text, "what was written is kept"
    asked = browser.submit(path, {**form, **two}, shown_at=path)
    assert asked.status_code == 303
    here = asked.headers["location"]
    shown = browser.get(here).text
    assert "函请银行" in shown
    assert str(line.payee_name) not in shown, "names are masked"
    letter = browser.get(f"{here}/letter").text
    assert line.reference in letter
    assert file.sha256 in letter
    assert "函请银行的撤销" in browser.get("/").text
    answer = {"said": "refused", "references": "", "evidence": ""}
    assert (
        "请填写银行答复的凭据"
        in browser.submit(f"{here}/answer", {**answer, **two}, shown_at=here).text
    )
    answer["evidence"] = "回函 17 号"
    for said, sentence in (("", "请选择银行的答复"), ("refused", "")):
        told = browser.submit(f"{here}/answer", {**answer, "said": said, **two}, shown_at=here)
        assert (told.status_code == 303) is not bool(sentence)
        assert sentence in told.text
    assert "银行拒绝的撤销" in browser.get("/").text
    assert browser.submit(f"{here}/close", shown_at=here).status_code == 303
    assert session.scalars(select(Recall)).one().state == "closed"
    assert "已办结" in browser.get("/dispatch/recalls").text
    assert "银行拒绝的撤销" not in browser.get("/").text


def test_who_only_reads_sees_recalls_and_asks_for_none(
    sign_in_as: SignInAs, file: BankFile
) -> None:
    browser = sign_in_as("maker")
    assert "向银行申请撤销付款" not in browser.get(f"/dispatch/{file.id}").text
    assert browser.get(f"/dispatch/{file.id}/recall").status_code == 403
    assert browser.get("/dispatch/recalls").status_code == 200
    assert browser.get(f"/dispatch/recalls/{file.id}").status_code == 404
