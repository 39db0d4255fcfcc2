"""Lines that are not the usual one: held, paid in part, an estate's share, kept for a recovery."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.evidence.payment.line_bytes import cut
from service.evidence.standalone.verify import verify
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.service.evidence.packs import pack, said

PART = [{"what": "regular", "fen": 20_000}, {"what": "paid_later", "fen": -8_000}]
CASES: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    ({"state": "held", "amount_fen": 9_000}, [{"what": "regular", "fen": 9_000}]),
    ({"amount_fen": 12_000, "entitled_fen": 20_000}, PART),
    ({"line_type": "estate", "amount_fen": 5_000}, [{"what": "estate", "fen": 5_000}]),
    ({"line_type": "arrears", "period": "2026-08"}, [{"what": "arrears", "fen": 10_000}]),
]


@pytest.mark.parametrize(("changes", "parts"), CASES)
def test_every_kind_of_line_has_a_pack_that_verifies(
    made: Session, tmp_path: Path, changes: dict[str, Any], parts: list[dict[str, Any]]
) -> None:
    payment: Payment = PaymentFactory.create(batch=BatchFactory.create(), **changes)
    path = tmp_path / "pack.zip"
    path.write_bytes(pack(made, payment).content)
    verdict = verify(path)
    assert verdict.exit_code == 0, [one.en for one in verdict.wrong]
    told = said(path.read_bytes())
    assert told["amount"]["parts"] == parts
    assert sum(one["fen"] for one in parts) == payment.amount_fen
    assert told["signed"] == {"manifests": 0, "in_list": None, "in_file": None}
    assert "The payment's list is not signed yet." in [en for _, en in verdict.unchecked]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a|x\n0000000000083|b\nc|y\n", b"0000000000083|b\n"),
        (b"a\n0000000000083", b"0000000000083"),
        (b"<D><CdtTrfTxInf>1</CdtTrfTxInf><CdtTrfTxInf><I>0000000000083</I></CdtTrfTxInf></D>",
         b"<CdtTrfTxInf><I>0000000000083</I></CdtTrfTxInf>"),
        (b"<D><CdtTrfTxInf>1</CdtTrfTxInf><H>0000000000083</H></D>", None),
        (b"a|x\n", None),
        (b"PK\x03\x04 no workbook 0000000000083", None),
    ],
)  # fmt: skip
def test_exactly_one_lines_bytes_are_cut(content: bytes, expected: bytes | None) -> None:
    found = cut(content, "0000000000083")
    assert (found.content if found else None) == expected
    if found:
        assert content[found.offset : found.offset + len(found.content)] == expected
