"""The hand-made answer of whichever bank, and what each bank's answers can and cannot say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineWorkbook

from bank_adapters import BankProfile, adapter_for
from bank_adapters.sheets.profile import Cell, SheetProfile
from tests.bank_adapters import filled_in
from tests.bank_adapters.makers import HEADER, Told, fen, pain002, sheet


def answer(profile_name: str, said: Sequence[Told], *, total_fen: int | None = None) -> bytes:
    """Return the hand-made answer in the form of this bank; the total fits unless given."""
    total = None if total_fen is None else f"{total_fen // 100}.{total_fen % 100:02d}"
    if profile_name == "ccb":
        return sheet(said, total=total).encode("gb18030")
    if profile_name in DIRECT:
        return DIRECT[profile_name](said, total_fen)
    profile = adapter_for(profile_name).profile
    if isinstance(profile, SheetProfile):
        return filled_in.filled_in(profile, said, total_fen=total_fen)
    return pain002(said, total=total)


def answer_name(profile: BankProfile) -> str:
    """Return the name of the answer to the makers' file."""
    return filled_in.answer_name(profile) if isinstance(profile, SheetProfile) else "x"


def shape_of(profile: BankProfile) -> Sequence[Cell]:
    """Return the columns of an answer; none where it is no table."""
    return profile.answered.columns if isinstance(profile, SheetProfile) else ()


def says_why(profile: BankProfile) -> bool:
    """Return whether an answer has a place for a reason."""
    columns = shape_of(profile)
    return not columns or any(cell.value == "reason" for cell in columns)


def states_its_end(profile: BankProfile) -> bool:
    """Return whether an answer cut off between two lines can be known by itself."""
    if not isinstance(profile, SheetProfile) or profile.in_sheet or profile.packed:
        return True
    return bool(profile.answered.trailer)


def texts_in(profile: BankProfile, content: bytes) -> list[str]:
    """Return the texts of a written file, whatever it is packed in."""
    if isinstance(profile, SheetProfile) and profile.packed:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    if isinstance(profile, SheetProfile) and profile.in_sheet:
        book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    return [content.decode(profile.file_encoding)]


def icbc(said: Sequence[Told], total_fen: int | None = None) -> bytes:
    """Return what an ICBC-style bank says to QPAYPER."""
    statuses = {"ACSC": "7", "RJCT": "6", "PDNG": "9"}
    total = sum(fen(one.amount) for one in said) if total_fen is None else total_fen
    lines = "".join(
        f"<rd><iSeqno>{line}</iSeqno><QryiSeqno>{one.reference}</QryiSeqno>"
        f"<PayAmt>{fen(one.amount)}</PayAmt><Result>{statuses.get(one.status, one.status)}</Result>"
        f"<iRetCode>{one.code or 0}</iRetCode><iRetMsg>{one.words}</iRetMsg></rd>"
        for line, one in enumerate(said, start=1)
    )
    return (
        '<?xml version="1.0" encoding="GBK"?><CMS><eb><pub><TransCode>QPAYPER</TransCode>'
        "<fSeqno>Q1</fSeqno><RetCode>0</RetCode><RetMsg/></pub><out>"
        f"<QryfSeqno>{HEADER.file_reference}</QryfSeqno><TotalNum>{len(said)}</TotalNum>"
        f"<TotalAmt>{total}</TotalAmt>{lines}</out></eb></CMS>\n"
    ).encode("gbk")


def abc(said: Sequence[Told], total_fen: int | None = None) -> bytes:
    """Return what an ABC-style bank says to itms0003."""
    statuses = {"ACSC": "8", "RJCT": "5", "PDNG": "2"}
    total = sum(fen(one.amount) for one in said) if total_fen is None else total_fen
    message = {
        "transCode": "itms0003",
        "retCode": "0000",
        "reqId": HEADER.file_reference,
        "totalNum": str(len(said)),
        "totalAmt": f"{total // 100}.{total % 100:02d}",
        "details": [
            {
                "erpNo": one.reference,
                "amount": one.amount,
                "status": statuses.get(one.status, one.status),
                "retMsg": f"{one.code} {one.words}".strip(),
            }
            for one in said
        ],
    }
    return json.dumps(message, ensure_ascii=False).encode()


DIRECT = {"icbc-direct": icbc, "abc-direct": abc}
