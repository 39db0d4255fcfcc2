"""Recalls of payments at the ISO bank, and what it answers, written by hand."""

from collections.abc import Sequence

from bank_adapters.cancellation import Answer
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch.recall.ask import ask
from service.dispatch.recall.by_hand import record_answer
from service.dispatch.recall.models import Recall, RecallLine
from service.reconciliation.models import InboundFile
from tests.service.reconciliation.answers import Sent, yuan


def asked(
    out: Sent, lines: Sequence[Payment] | None = None, code: str = "rural", *, at_bank: bool = True
) -> Recall:
    """Call payments back, the whole file if none is named; the message is at the bank."""
    references = None if lines is None else [one.reference for one in lines]
    recall = ask(
        out.session,
        out.file(code),
        references,
        reason_code="UPAY",
        reason="发放后核实已去世",
        by=out.people.signer,
        and_by=out.people.reconciler,
    )
    if at_bank and recall.content:
        for state in ("sending", "delivered"):
            move(out.session, recall, state, by=SYSTEM)
    return recall


def camt029(
    file_reference: str,
    said: Sequence[tuple[Payment | str, str, str]] = (),
    *,
    group: str = "",
    amount_fen: int | None = None,
) -> bytes:
    """Return a camt.029: (payment or reference, status, reason) of each, or one for all."""
    lines = ""
    for payment, status, reason in said:
        reference = payment if isinstance(payment, str) else payment.reference
        fen = 100 if isinstance(payment, str) else payment.amount_fen
        why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
        lines += (
            f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>"
            f"<TxCxlSts>{status}</TxCxlSts>{why}"
            f'<OrgnlInstdAmt Ccy="CNY">{yuan(amount_fen or fen)}</OrgnlInstdAmt></TxInfAndSts>'
        )
    whole = f"<GrpCxlSts>{group}</GrpCxlSts>" if group else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>'
        f"<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>{file_reference}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{whole}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{file_reference}</OrgnlPmtInfId>{lines}"
        "</OrgnlPmtInfAndSts></CxlDtls></RsltnOfInvstgtn></Document>"
    ).encode()


def answered(out: Sent, *said: tuple[Payment, str, str]) -> InboundFile:
    """Receive a camt.029 about the ISO bank's file."""
    return out.receive(camt029(out.file().file_reference, said))


def by_hand(
    out: Sent, recall: Recall, answer: Answer, lines: Sequence[Payment] | None = None
) -> None:
    """Record an answer on paper."""
    record_answer(
        out.session,
        recall,
        answer,
        None if lines is None else [one.reference for one in lines],
        evidence="农商行回函 2026-17 号",
        by=out.people.reconciler,
        and_by=out.people.signer,
    )


def line_states(out: Sent, recall: Recall) -> list[str]:
    """Return the states of a recall's lines in the order of their payments."""
    rows = out.session.query(RecallLine).filter(RecallLine.recall_id == recall.id)
    return [one.state for one in rows.order_by(RecallLine.payment_id).populate_existing()]
