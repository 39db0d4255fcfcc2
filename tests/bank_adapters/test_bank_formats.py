"""Formats by name, other people's banks, and what is written held against the official schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bank_adapters import CannotWrite, State, UnknownProfile, adapter_for
from bank_adapters.formats import BankFormat, read_bytes
from bank_adapters.iso20022 import pain001
from bank_adapters.iso20022.adapter import Iso20022Adapter
from bank_adapters.iso20022.profile import ISO20022
from bank_adapters.registry import everything, format_for, formats, left_out
from tests.bank_adapters.makers import HEADER, instruction, instructions, pain002, told
from tests.bank_adapters.schemas import faults_by_schema

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "lake-bank"
WRITERS = [one for one in formats() if one.profile.writes]
CANCELLING = replace(
    HEADER, cancels_file="OAA-1", cancels_format="pain.001.001.09", cancel_reason="CUST"
)
every_writer = pytest.mark.parametrize("writer", WRITERS, ids=[w.profile.name for w in WRITERS])
every_order = pytest.mark.parametrize("version", pain001.VERSIONS)


def local_names(element: etree._Element) -> list[str]:
    """Return the local names of an element's children."""
    return [etree.QName(one).localname for one in element]


def test_every_name_of_the_formats_is_known_and_an_unknown_one_is_refused() -> None:
    assert {*pain001.VERSIONS, "camt.055.001.08", "pain.002", "camt.053", "iso20022", "ccb"} <= {
        one.profile.name for one in formats()
    }
    with pytest.raises(UnknownProfile, match=r"pain\.002"):
        format_for("no-such-format")


@every_writer
def test_each_writer_gives_the_same_bytes_twice_and_refuses_what_does_not_fit(
    writer: BankFormat,
) -> None:
    assert writer.profile.writes is not None
    count = max(3, writer.profile.writes.min_lines)
    first = writer.write(CANCELLING, instructions(count))
    assert first == writer.write(CANCELLING, instructions(count))
    total_fen = sum(one.amount_fen for one in instructions(count))
    assert (first.count, first.amount_fen) == (count, total_fen)
    with pytest.raises(CannotWrite, match="amount_not_positive"):
        writer.write(CANCELLING, [instruction(amount_fen=0)])
    with pytest.raises(CannotWrite, match="too_few_lines"):
        writer.write(CANCELLING, [])


@every_order
def test_an_order_is_valid_by_the_official_schema(version: str) -> None:
    payments = [
        *instructions(5),
        instruction(6, account_name="<王>&'\"𠮷", purpose="䶮" * 140, reference="A" * 16),
        instruction(7, amount_fen=99_999_999_999_99, account_no="Z" * 32),
    ]
    long_names = replace(HEADER, file_reference="F" * 35, debtor_name="财" * 140)
    content = format_for(version).write(long_names, payments).content
    assert faults_by_schema(version, content) == []


@every_order
def test_several_blocks_hold_every_payment_once_and_are_valid(version: str) -> None:
    bank = Iso20022Adapter(replace(ISO20022, file_format=version, max_lines_per_block=3))
    content = bank.write(HEADER, instructions(8)).content
    assert faults_by_schema(version, content) == []
    blocks = etree.fromstring(content).findall(".//{*}PmtInf")
    assert [one.findtext("{*}NbOfTxs") for one in blocks] == ["3", "3", "2"]
    assert [one.findtext("{*}PmtInfId") for one in blocks] == [
        f"{HEADER.file_reference}-{place}" for place in (1, 2, 3)
    ]
    assert [one.findtext("{*}CtrlSum") for one in blocks] == ["300.06", "300.15", "200.15"]
    references = [one.text for one in etree.fromstring(content).iter("{*}EndToEndId")]
    assert references == [one.reference for one in instructions(8)]


def test_a_reference_without_room_for_the_blocks_number_is_refused() -> None:
    bank = Iso20022Adapter(replace(ISO20022, max_lines_per_block=1))
    long = replace(HEADER, file_reference="F" * 34)
    assert bank.write(long, instructions(1)).count == 1
    with pytest.raises(CannotWrite, match="file_reference_malformed"):
        bank.write(long, instructions(2))


@pytest.mark.parametrize("field", ["account_name", "purpose", "bank_name"])
def test_more_characters_than_the_standard_holds_are_refused(field: str) -> None:
    order = format_for("pain.001.001.09")
    assert order.check(instruction(1, **{field: "a" * 140})) == []
    found = order.check(instruction(1, **{field: "a" * 141}))
    assert [(one.code, one.field) for one in found] == [("too_many_characters", field)]
    with pytest.raises(CannotWrite) as refused:
        order.write(HEADER, [instruction(), instruction(2, **{field: "a" * 141})])
    assert [one.line for one in refused.value.faults] == [2]


def test_a_request_to_cancel_names_file_payments_and_reason_in_the_schemas_order() -> None:
    content = format_for("camt.055.001.08").write(CANCELLING, instructions(2)).content
    root = etree.fromstring(content)
    assert root.tag == "{urn:iso:std:iso:20022:tech:xsd:camt.055.001.08}Document"
    request = root[0]
    assert local_names(request) == ["Assgnmt", "CtrlData", "Undrlyg"]
    assert local_names(request[0]) == ["Id", "Assgnr", "Assgne", "CreDtTm"]
    block = request[2][0]
    assert local_names(block) == [
        "OrgnlPmtInfId", "OrgnlGrpInf", "NbOfTxs", "CtrlSum", "PmtInfCxl", "TxInf", "TxInf",
    ]  # fmt: skip
    assert block.findtext("{*}OrgnlGrpInf/{*}OrgnlMsgId") == "OAA-1"
    assert local_names(block[5]) == [
        "CxlId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlInstdAmt", "OrgnlReqdExctnDt", "CxlRsnInf",
    ]  # fmt: skip
    assert block[5].findtext("{*}CxlRsnInf/{*}Rsn/{*}Cd") == "CUST"


@pytest.mark.parametrize(
    "changes", [{"cancels_file": ""}, {"cancels_format": "x"}, {"cancel_reason": "WHIM"}]
)
def test_a_request_to_cancel_without_what_it_is_about_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(CannotWrite) as refused:
        format_for("camt.055.001.08").write(replace(CANCELLING, **changes), instructions(1))  # type: ignore[arg-type]
    assert [one.field for one in refused.value.faults] == list(changes)


def test_what_is_only_read_is_not_written_and_the_other_way_round() -> None:
    with pytest.raises(CannotWrite, match="read_only"):
        format_for("pain.002").write(HEADER, instructions(1))
    found = read_bytes(format_for("pain.001.001.09"), pain002(told(instructions(1))))
    assert [one.code for one in found.faults] == ["write_only"]


def test_a_bank_as_a_format_reads_answers_and_statements_alike() -> None:
    found = read_bytes(format_for("iso20022"), pain002(told(instructions(2))))
    assert [one.state for one in found.records] == [State.PAID, State.PAID]
    assert found.file_reference == HEADER.file_reference
    statement = b"<Document><BkToCstmrStmt/></Document>"
    assert [one.code for one in read_bytes(format_for("ccb"), statement).faults] == [
        "message_unexpected"
    ]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages that may announce banks."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    everything.cache_clear()
    for name in ("lake_bank", "odd_banks"):
        sys.modules.pop(name, None)


def announce(folder: Path, package: str, entries: str) -> None:
    """Install a package's metadata with these entry points."""
    info = folder / f"{package}-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(f"[anxin.bank_adapters]\n{entries}\n")
    everything.cache_clear()


def test_the_worked_example_is_a_bank_like_ours(installed: Path) -> None:
    (installed / "lake_bank.py").write_bytes((EXAMPLE / "lake_bank.py").read_bytes())
    announce(installed, "anxin_lake_bank", "lake = lake_bank:banks")
    assert (left_out(), adapter_for("lake").profile.name) == ((), "lake")
    lake = format_for("lake")
    written = lake.write(HEADER, instructions(2))
    assert written.content.decode("gb18030").startswith("LAKE;OAA-2026-11-01;20261125;2;200.03\n")
    answer = (
        b"LAKE;OAA-2026-11-01;20261125;3;300.06\n"
        b"PAY0000001;100.01;OK;\nPAY0000002;100.02;NO;AC04\nPAY0000003;100.03;NO;AM05\n"
    )
    found = read_bytes(lake, answer)
    assert [(one.state, one.code) for one in found.records] == [
        (State.PAID, "OK"),
        (State.REJECTED, "AC04"),
        (State.UNKNOWN, "AM05"),
    ]
    for cut in range(len(answer)):
        assert read_bytes(lake, answer[:cut]).records == ()


def test_a_package_that_fails_is_left_out_and_named_and_the_others_work(installed: Path) -> None:
    (installed / "odd_banks.py").write_text(
        "def broken():\n    raise RuntimeError('6222600260001072444')\n"
        "number = 5\n"
        "from bank_adapters.iso20022.adapter import Iso20022Adapter\n"
        "def again():\n    return [Iso20022Adapter()]\n"
        "class NoBank:\n    def __init__(self):\n        self.profile = None\n"
    )
    announce(
        installed,
        "odd_banks",
        "a = odd_banks:broken\nb = odd_banks:number\nc = odd_banks:again\n"
        "d = odd_banks:NoBank\ne = nowhere:at_all",
    )
    said = {one.entry_point: one.why for one in left_out()}
    assert {key[0] for key in said} == set("abcde")
    assert said["a = odd_banks:broken"] == "RuntimeError"
    assert "taken" in said["c = odd_banks:again"]
    assert adapter_for("ccb").profile.name == "ccb"
