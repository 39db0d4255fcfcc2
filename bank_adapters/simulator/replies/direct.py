"""What the bank says at its HTTPS door, in both styles; written apart from the adapters' readers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from xml.sax.saxutils import escape

from bank_adapters.simulator.fates import REASONS
from bank_adapters.simulator.orders.direct import Asked
from bank_adapters.simulator.orders.order import Order
from bank_adapters.simulator.replies.standard import yuan

NOT_FOUND = "NOTFOUND"


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one payment: `state` is paid, rejected or in_transit."""

    reference: str
    amount_fen: int
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class FileStanding:
    """What became of one file, silent payments left out; `count` and `amount_fen` of the whole."""

    count: int
    amount_fen: int
    payments: Sequence[Standing]


class Style(Protocol):
    """One style of answers: each is a body, and the type it is sent as."""

    content_type: str

    def accepted(self, asked: Asked, order: Order) -> bytes:
        """Say that an order was taken."""

    def refused(self, asked: Asked, code: str) -> bytes:
        """Say that it was not."""

    def standing(self, asked: Asked, file: FileStanding | None) -> bytes:
        """Say what became of a file, None: there is no such file."""

    def statement(self, asked: Asked, content: bytes | None) -> bytes:
        """Hand out a statement, None: there is none of that day."""


class IcbcStyle:
    """GBK XML, amounts in fen; the body is `reqData=` around base64."""

    content_type = "text/plain"
    results: ClassVar[Mapping[str, str]] = {"paid": "7", "rejected": "6", "in_transit": "9"}

    def accepted(self, asked: Asked, order: Order) -> bytes:
        """Say that an order was taken."""
        out = f"<TotalNum>{len(order.lines)}</TotalNum><TotalAmt>{order.amount_fen}</TotalAmt>"
        return self._message("PAYPER", asked.number, "0", out)

    def refused(self, asked: Asked, code: str) -> bytes:
        """Say that it was not."""
        return self._message("PAYPER", asked.number, code, "")

    def standing(self, asked: Asked, file: FileStanding | None) -> bytes:
        """Say what became of a file."""
        head = f"<QryfSeqno>{escape(asked.file_reference)}</QryfSeqno>"
        if file is None:
            return self._message("QPAYPER", asked.number, NOT_FOUND, head)
        lines = "".join(
            f"<rd><iSeqno>{place}</iSeqno><QryiSeqno>{escape(one.reference)}</QryiSeqno>"
            f"<PayAmt>{one.amount_fen}</PayAmt><Result>{self.results[one.state]}</Result>"
            f"<iRetCode>{escape(one.code or '0')}</iRetCode>"
            f"<iRetMsg>{REASONS.get(one.code, '')}</iRetMsg></rd>"
            for place, one in enumerate(file.payments, start=1)
        )
        sums = f"<TotalNum>{file.count}</TotalNum><TotalAmt>{file.amount_fen}</TotalAmt>"
        return self._message("QPAYPER", asked.number, "0", head + sums + lines)

    def statement(self, asked: Asked, content: bytes | None) -> bytes:
        """Hand out a statement."""
        code = NOT_FOUND if content is None else "0"
        packed = base64.b64encode(content or b"").decode()
        return self._message("QSTMT", asked.number, code, f"<Camt053>{packed}</Camt053>")

    def _message(self, kind: str, number: str, code: str, out: str) -> bytes:
        text = (
            f'<?xml version="1.0" encoding="GBK"?><CMS><eb><pub><TransCode>{kind}</TransCode>'
            f"<fSeqno>{escape(number)}</fSeqno><RetCode>{escape(code)}</RetCode>"
            f"<RetMsg>{REASONS.get(code, '')}</RetMsg></pub><out>{out}</out></eb></CMS>"
        )
        return b"reqData=" + base64.b64encode(text.encode("gbk"))


class AbcStyle:
    """JSON in UTF-8, amounts in yuan."""

    content_type = "application/json"
    results: ClassVar[Mapping[str, str]] = {"paid": "8", "rejected": "5", "in_transit": "11"}

    def accepted(self, asked: Asked, order: Order) -> bytes:
        """Say that an order was taken."""
        sums = {"totalNum": str(len(order.lines)), "totalAmt": yuan(order.amount_fen)}
        return self._message("itms0002", asked.number, "0000", sums)

    def refused(self, asked: Asked, code: str) -> bytes:
        """Say that it was not."""
        return self._message("itms0002", asked.number, code, {"retMsg": REASONS.get(code, "")})

    def standing(self, asked: Asked, file: FileStanding | None) -> bytes:
        """Say what became of the payments asked about; 14 for one that there is not."""
        told = {one.reference: one for one in file.payments} if file else {}
        sums = {"totalNum": str(file.count), "totalAmt": yuan(file.amount_fen)} if file else {}
        details = [
            self._detail(reference, told.get(reference))
            for reference in asked.references
            if file is None or reference in told
        ]
        return self._message("itms0003", asked.number, "0000", {**sums, "details": details})

    def statement(self, asked: Asked, content: bytes | None) -> bytes:
        """Hand out a statement."""
        code = NOT_FOUND if content is None else "0000"
        packed = base64.b64encode(content or b"").decode()
        return self._message("statement", asked.number, code, {"camt053": packed})

    def _detail(self, reference: str, one: Standing | None) -> dict[str, str]:
        if one is None:
            return {"erpNo": reference, "status": "14", "retMsg": "交易不存在"}
        return {
            "erpNo": reference,
            "amount": yuan(one.amount_fen),
            "status": self.results[one.state],
            "retMsg": f"{one.code} {REASONS.get(one.code, '')}".strip(),
        }

    def _message(self, kind: str, number: str, code: str, more: dict[str, Any]) -> bytes:
        message = {"transCode": kind, "reqId": number, "retCode": code, **more}
        return json.dumps(message, ensure_ascii=False).encode()
