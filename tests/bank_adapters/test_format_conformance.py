"""What every format that reads must do, whatever bytes come: faults or records, never a surprise."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bank_adapters import State
from bank_adapters.formats import BankFormat, ReadFile, read_bytes
from bank_adapters.iso20022.formats import FORMATS as ISO_FORMATS
from bank_adapters.mt.formats import FORMATS as MT_FORMATS
from bank_adapters.registry import format_for, formats
from tests.bank_adapters.good_files import GOOD

FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
READERS = [one for one in formats() if one.profile.reads]
every_good_file = pytest.mark.parametrize("name", GOOD)
every_reader = pytest.mark.parametrize("reader", READERS, ids=[r.profile.name for r in READERS])


def check_honest(found: ReadFile, decoded: str) -> None:
    """A file is refused whole, or each of its references stands in it."""
    if not found.believable:
        assert (found.records, found.accounts) == ((), ())
        assert found.silence_means is State.UNKNOWN
        return
    for record in found.records:
        assert record.reference in decoded
        assert record.amount_fen is None or record.amount_fen > 0
    for fault in found.faults:
        assert fault.sentence_en
        assert fault.sentence_zh


def read(name: str, content: bytes) -> ReadFile:
    """Read by the name of the format."""
    return read_bytes(format_for(name), content)


def test_every_standard_message_that_is_read_has_a_good_file_here() -> None:
    names = {one.profile.name for one in (*ISO_FORMATS, *MT_FORMATS) if one.profile.reads}
    assert names <= set(GOOD)


@every_good_file
def test_a_good_file_is_read_without_any_fault(name: str) -> None:
    found = read(name, GOOD[name])
    assert found.faults == ()
    assert {one.reference for one in found.records} == {
        "PAY0000001", "PAY0000002", "PAY0000003",
    }  # fmt: skip
    assert {one.amount_fen for one in found.records} == {10_001, 10_002, 10_003}
    assert found.totals.listed_count == 3
    assert found.totals.listed_fen == 30_006
    assert read(name, GOOD[name]) == found


@every_good_file
def test_cut_off_anywhere_a_file_gives_no_record(name: str) -> None:
    whole = GOOD[name].rstrip()
    end = len(whole.rstrip(b"-\n")) if name.startswith("mt") else len(whole)  # "-" may be left out.
    for cut in range(end):
        found = read(name, whole[:cut])
        assert found.records == (), cut


@every_good_file
@pytest.mark.parametrize("amount", ["1e2", "-100.01", "１00.01", "100.011", "NaN", "", "0x10", "∞"])
def test_an_amount_that_is_none_never_becomes_one(name: str, amount: str) -> None:
    written = "100,01" if name.startswith("mt") else "100.01"
    content = GOOD[name].decode("gb18030" if name == "ccb" else "utf-8").replace(written, amount)
    found = read(name, content.encode("gb18030" if name == "ccb" else "utf-8"))
    mine = [one for one in found.records if one.reference == "PAY0000001"]
    assert all(one.amount_fen is None for one in mine)
    assert found.faults


@every_good_file
@pytest.mark.parametrize("insertion", [b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>", b"<!ENTITY a 'b'>", b"\x00", b"\xff\xfe"])  # fmt: skip
def test_nothing_foreign_is_swallowed_at_the_start(name: str, insertion: bytes) -> None:
    assert not read(name, insertion + GOOD[name]).believable


@every_reader
def test_whatever_is_no_bank_file_is_refused(reader: BankFormat) -> None:
    for content in (
        b"",
        b"\x00" * 100,
        b"PK\x03\x04" + b"\x00" * 200,
        b"\x1f\x8b\x08" + b"\x01" * 50,
        b"%PDF-1.7\n",
        b"<html><body>502</body></html>",
        "只是一句话。".encode(),
        b"\xff" * 64,
        b"{}",
    ):
        found = read_bytes(reader, content)
        assert not found.believable, content
        check_honest(found, "")


@FUZZ
@given(name=st.sampled_from(sorted(one.profile.name for one in READERS)), content=st.binary(max_size=400))  # fmt: skip
def test_any_bytes_end_in_faults(name: str, content: bytes) -> None:
    found = read(name, content)
    assert not found.believable
    check_honest(found, "")


edits = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.integers(0, 15),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b"\n", b"<", b">", b"</Ntry>", b"<Ntry>", b"&x;", b"\x00", b"0", b"\xff", b":61:",
                 b":20:", b"-\n", b"CRDT", b"EUR", b",", b".", b"9999999999999999999", b"<TxDtls/>",
                 b"<TxInfAndSts/>", b'Ccy="USD"', b"1234/1234"]
            ),
        ),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@FUZZ
@given(name=st.sampled_from(sorted(GOOD)), changes=edits)
def test_a_damaged_file_never_invents_a_record(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    content = GOOD[name]
    for place, length, piece in changes:
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + length :]
    decoded = content.decode("gb18030" if name == "ccb" else "utf-8", "replace")
    # The free text of :86: is joined over line ends before a reference is looked for in it.
    check_honest(read(name, content), decoded + re.sub(r"[\r\n]", "", decoded))


@FUZZ
@given(
    name=st.sampled_from(["camt.052", "camt.053", "camt.054", "camt.029", "pain.002"]),
    parts=st.lists(
        st.sampled_from(
            ["<Stmt>", "</Stmt>", "<Ntfctn>", "</Ntfctn>", "<Ntry>", "</Ntry>", "<TxDtls>", "</TxDtls>",
             "<NtryDtls>", "</NtryDtls>", '<Amt Ccy="CNY">1.00</Amt>', "<CdtDbtInd>DBIT</CdtDbtInd>",
             "<Sts>BOOK</Sts>", "<Sts/>", "<BkToCstmrStmt>", "</BkToCstmrStmt>", "<TxInfAndSts/>",
             "<OrgnlPmtInfAndSts/>", "<OrgnlGrpInfAndSts/>", "<CstmrPmtStsRpt/>", "<RsltnOfInvstgtn/>",
             "<Refs><EndToEndId>P</EndToEndId></Refs>", "<RvslInd>true</RvslInd>", "<Rpt/>", "<Bal/>",
             "<BkToCstmrDbtCdtNtfctn>", "</BkToCstmrDbtCdtNtfctn>", "<TxsSummry/>", "<GrpHdr/>"]
        ),
        max_size=20,
    ),
)  # fmt: skip
def test_any_heap_of_known_elements_is_read_or_refused(name: str, parts: list[str]) -> None:
    content = f"<Document>{''.join(parts)}</Document>"
    check_honest(read(name, content.encode()), content)
