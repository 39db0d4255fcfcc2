"""Money called back, or failed and put right, has sentences of its own: what happened, what comes, whom to ask."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.recall.models import RecallLine
from service.enquiry.answer import Line, answer
from tests.factories.batches import account
from tests.factories.recalls import RecallLineFactory
from tests.factories.residents import AccountChangeFactory
from tests.service.enquiry.asking import Resident, resident

pytestmark = pytest.mark.usefixtures("made")


def _line(session: Session, one: Resident) -> Line:
    session.flush()
    session.expire_all()
    (line,) = answer(session, one.person.id, "2026-10").lines
    # Whom to ask stands in each of them, and nothing that only officers say.
    for said, hall in (
        (line.sentence, "township's service hall"),
        (line.sentence_zh, "乡镇便民服务大厅"),
    ):
        assert said.count(hall) == 1
        assert not {"{", "}", "CANC", "AC04"} & set(said.split())
    return line


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_payment_that_is_being_called_back_says_so(session: Session, state: str) -> None:
    one = resident(21, state=state)
    RecallLineFactory.create(payment=one.payment)
    line = _line(session, one)
    assert line.state == state
    assert "已请银行暂停支付" in line.sentence_zh
    assert "您无需办理任何手续" in line.sentence_zh
    assert "asked the bank to hold 150.00 yuan" in line.sentence


def test_what_was_paid_and_is_asked_back_says_both(session: Session) -> None:
    one = resident(22, state="paid")
    recalled = RecallLineFactory.create(payment=one.payment, was="paid")
    line = _line(session, one)
    assert "元已于2026年10月16日发到" in line.sentence_zh
    assert "请银行退回这笔钱" in line.sentence_zh
    session.execute(update(RecallLine).where(RecallLine.id == recalled.id).values(state="refused"))
    session.expire_all()
    (after,) = answer(session, one.person.id, "2026-10").lines
    assert "退回" not in after.sentence_zh, "refused: the payment stands"


@pytest.mark.parametrize("state", ["rejected", "returned"])
def test_a_payment_that_was_called_back_is_not_told_as_a_wrong_account(
    session: Session, state: str
) -> None:
    one = resident(23, state=state)
    if state == "rejected":
        session.execute(
            update(Payment).where(Payment.id == one.payment.id).values(result_code="CANC")
        )
    else:
        line = RecallLineFactory.create(payment=one.payment)
        session.execute(
            update(RecallLine).where(RecallLine.id == line.id).values(state="cancelled")
        )
    said = _line(session, one)
    assert "已停止支付" in said.sentence_zh
    assert "账户更正" not in said.sentence_zh
    assert "you need not apply again" in said.sentence


@pytest.mark.parametrize("state", ["rejected", "returned"])
def test_a_failure_says_how_far_its_correction_is(session: Session, state: str) -> None:
    one = resident(24, state=state)
    session.flush()
    (plain,) = answer(session, one.person.id, "2026-10").lines
    assert "账户更正后补发" in plain.sentence_zh
    AccountChangeFactory.create(person_id=one.person.id, decided_by=None)
    being = _line(session, one)
    assert "正在更正核对" in being.sentence_zh
    assert "is being checked now" in being.sentence
    account(one.person)
    done = _line(session, one)
    assert "新账户已登记" in done.sentence_zh
    assert "new account is known now" in done.sentence
