"""The payment order as the bank's parser sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from bank_adapters import adapter_for
from bank_adapters.iso20022.pain001 import IllegalCharacter, escaped
from tests.bank_adapters.makers import HEADER, instruction, instructions

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
ADAPTER = adapter_for("iso20022")
# Child elements in the order the schema of pain.001.001.09 demands.
BLOCK = [
    "PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt",
    "Dbtr", "DbtrAcct", "DbtrAgt", "InstrForDbtrAgt",
]  # fmt: skip
PAYMENT = ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "Purp", "RmtInf"]


def written(count: int = 3) -> etree._Element:
    """Return a written document, parsed."""
    return etree.fromstring(ADAPTER.write(HEADER, instructions(count)).content)


def children(element: etree._Element) -> list[str]:
    """Return local names of the children."""
    return [etree.QName(one).localname for one in element]


def texts(root: etree._Element, path: str) -> list[str]:
    """Return the texts at a path."""
    return [one.text or "" for one in root.findall(path, NS)]


def test_elements_stand_in_the_order_of_the_schema() -> None:
    initiation = written().find("p:CstmrCdtTrfInitn", NS)
    assert initiation is not None
    assert children(initiation) == ["GrpHdr", "PmtInf"]
    assert children(initiation[0]) == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    assert children(initiation[1]) == [*BLOCK, "CdtTrfTxInf", "CdtTrfTxInf", "CdtTrfTxInf"]
    for payment in initiation[1].findall("p:CdtTrfTxInf", NS):
        assert children(payment) == PAYMENT


def test_counts_and_sums_are_those_of_the_payments() -> None:
    root = written()
    assert texts(root, ".//p:NbOfTxs") == ["3", "3"]
    assert texts(root, ".//p:CtrlSum") == ["300.06", "300.06"]
    assert texts(root, ".//p:InstdAmt") == ["100.01", "100.02", "100.03"]
    assert {one.get("Ccy") for one in root.findall(".//p:InstdAmt", NS)} == {"CNY"}


def test_ids_dates_and_codes_come_from_the_batch() -> None:
    root = written(1)
    assert texts(root, ".//p:MsgId") == texts(root, ".//p:PmtInfId") == [HEADER.file_reference]
    assert texts(root, ".//p:CreDtTm") == ["2026-11-23T01:02:03+00:00"]
    assert texts(root, ".//p:ReqdExctnDt/p:Dt") == ["2026-11-25"]
    assert texts(root, ".//p:Purp/p:Cd") == texts(root, ".//p:CtgyPurp/p:Cd") == ["SSBE"]
    assert texts(root, ".//p:ClrSysId/p:Cd") == ["CNAPS", "CNAPS"]
    assert texts(root, ".//p:InstrId") == texts(root, ".//p:EndToEndId") == ["PAY0000001"]
    assert texts(root, ".//p:InstrForDbtrAgt") == [HEADER.programme_summary]


def test_each_payment_ends_its_own_line_so_an_error_has_a_line_number() -> None:
    content = ADAPTER.write(HEADER, instructions(3)).content.decode()
    lines = [line for line in content.split("\n") if "CdtTrfTxInf" in line]
    assert len(lines) == 3
    assert all(line.endswith("</CdtTrfTxInf>") for line in lines)


def test_markup_in_a_name_arrives_as_text() -> None:
    name = "<b>&amp;</b>]]>\"'"
    one = instruction(1, account_name=name, purpose="a<b&c")
    root = etree.fromstring(ADAPTER.write(replace(HEADER, debtor_name=name), [one]).content)
    assert texts(root, ".//p:Cdtr/p:Nm") == texts(root, ".//p:Dbtr/p:Nm") == [name]
    assert texts(root, ".//p:Ustrd") == ["a<b&c"]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_what_xml_cannot_carry_is_refused_even_behind_the_checks(character: str) -> None:
    with pytest.raises(IllegalCharacter, match=f"U\\+{ord(character):04X}"):
        escaped(f"王{character}")


@pytest.mark.parametrize("name", ["䶮秀英", "𬎆", "阿依古丽•买买提", "㛃", "🀄"])
def test_a_name_the_banks_core_system_cannot_hold_is_unsendable(name: str) -> None:
    found = [one for one in ADAPTER.check(instruction(1, account_name=name)) if one.fatal]
    assert [(one.code, one.field, one.value) for one in found] == [
        ("charset_unsendable", "account_name", name)
    ]
    # The same names fit the bank whose system holds GB18030.
    assert adapter_for("ccb").check(instruction(1, account_name=name)) == []


def test_one_fault_for_each_unsendable_character() -> None:
    found = ADAPTER.check(instruction(1, account_name="䶮•䶮"))
    assert [one.code for one in found] == ["charset_unsendable", "charset_unsendable"]
    assert "U+4DAE" in found[0].sentence_en
    assert "U+2022" in found[1].sentence_zh
