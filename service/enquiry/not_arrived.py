"""What a resident reads of money that was called back or did not arrive: what happened, what comes, whom to ask."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.recall.answer import CANCELLED_CODE
from service.dispatch.recall.lifecycle import OPEN
from service.dispatch.recall.models import RecallLine
from service.reconciliation.corrections.models import CorrectionRow
from service.reconciliation.queries import FAILED, is_corrected
from service.residents.models import AccountChange

Words = tuple[str, str]
_ASK = " If you have a question, ask at your township's service hall."
_ASK_ZH = "如有疑问，请到乡镇便民服务大厅咨询。"

CALLING_BACK: Words = (
    "We have asked the bank to hold {amount} yuan of {name} ({period}), meant for your account ending {tail}, "
    "because something about it has to be looked at once more. You need not do anything; the result will stand here."
    + _ASK,
    "{period}{name} {amount} 元（账户尾号 {tail}）需要重新核对，我们已请银行暂停支付。您无需办理任何手续，结果将在此处告知。"
    + _ASK_ZH,
)
CALLING_BACK_PAID: Words = (
    "{amount} yuan of {name} ({period}) went to your account ending {tail} on {on}. We have asked the bank to send them back, "
    "because something about them has to be looked at once more. You need not do anything; the result will stand here."
    + _ASK,
    "{period}{name} {amount} 元已于{on}发到尾号 {tail} 的账户。因需重新核对，我们已请银行退回这笔钱。您无需办理任何手续，结果将在此处告知。"
    + _ASK_ZH,
)
CALLED_BACK: Words = (
    "{amount} yuan of {name} ({period}) did not go to your account ending {tail}: we stopped them, because "
    "something about them has to be looked at once more. If they are due to you, they will be paid; you need not apply again."
    + _ASK,
    "{period}{name} {amount} 元因需重新核对已停止支付，没有发到尾号 {tail} 的账户。核对无误后会继续发放，您无需重新申请。"
    + _ASK_ZH,
)
CORRECTING: Words = (
    "{amount} yuan of {name} ({period}) could not stay in your account ending {tail}. The money is safe and stays yours. "
    "A correction of the account is being checked now; then it is paid again, and you need not apply again."
    + _ASK,
    "{period}{name} {amount} 元未能存入尾号 {tail} 的账户。这笔钱很安全，仍归您所有。账户正在更正核对，核对后重新发放，您无需重新申请。"
    + _ASK_ZH,
)
CORRECTED: Words = (
    "{amount} yuan of {name} ({period}) could not stay in your account ending {tail}. The money is safe and stays yours. "
    "Your new account is known now, and the money goes there with the next payment; you need not do anything."
    + _ASK,
    "{period}{name} {amount} 元未能存入尾号 {tail} 的账户。这笔钱很安全，仍归您所有。您的新账户已登记，将随下次发放存入新账户，您无需办理任何手续。"
    + _ASK_ZH,
)


def words_of(session: Session, payment: Payment) -> Words | None:
    """Return the sentence of a payment that was called back, or failed and is put right; else None."""
    if payment.state in ("sent", "unknown", "paid") and _recalled(session, payment, OPEN):
        return CALLING_BACK_PAID if payment.state == "paid" else CALLING_BACK
    if payment.state not in FAILED:
        return None
    if payment.result_code == CANCELLED_CODE or _recalled(session, payment, ("cancelled",)):
        return CALLED_BACK
    if session.scalar(select(is_corrected()).where(Payment.id == payment.id)):
        return CORRECTED
    return CORRECTING if _is_being_corrected(session, payment) else None


def _recalled(session: Session, payment: Payment, states: tuple[str, ...]) -> bool:
    which = exists().where(RecallLine.payment_id == payment.id, RecallLine.state.in_(states))
    return bool(session.scalar(select(which)))


def _is_being_corrected(session: Session, payment: Payment) -> bool:
    """Whether somebody has named another account that two officers have not agreed to yet."""
    by_workbook = exists().where(
        CorrectionRow.payment_id == payment.id, CorrectionRow.state == "ready"
    )
    by_request = exists().where(
        AccountChange.person_id == payment.payee_person_id, AccountChange.state == "requested"
    )
    return bool(session.scalar(select(or_(by_workbook, by_request))))
