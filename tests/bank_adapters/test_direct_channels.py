"""Enterprise-direct messages: every status number, every form of an answer that is none."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs

import pytest
from lxml import etree

from bank_adapters import State
from bank_adapters.direct import icbc_write
from bank_adapters.direct.adapter import AbcDirect, IcbcDirect
from bank_adapters.direct.profile import Customer
from bank_adapters.direct.statuses import ABC, ICBC
from tests.bank_adapters.answers import abc, icbc
from tests.bank_adapters.makers import HEADER, Told, instruction, instructions, told

US = Customer(number="400090001600000", certificate="county.y.4000")
ONE = [Told("PAY0000001", "100.01")]


@pytest.mark.parametrize("number", [*ICBC, "12", "99", "7 ok", "07", ""])
def test_only_seven_is_paid_at_the_icbc_and_only_six_and_eight_are_refused(number: str) -> None:
    content = icbc([ONE[0]._replace(status=number)])
    (record,) = IcbcDirect().read_reply("", content).records
    expected = {"7": {State.PAID}, "6": {State.REJECTED}, "8": {State.REJECTED}}
    assert record.state in expected.get(number, {State.IN_TRANSIT, State.UNKNOWN})


@pytest.mark.parametrize("number", [*ABC, "0", "18", "08", "８", ""])
def test_only_eight_is_paid_at_the_abc_and_only_five_and_thirteen_are_refused(number: str) -> None:
    content = abc([ONE[0]._replace(status=number)])
    (record,) = AbcDirect().read_reply("", content).records
    expected = {"8": State.PAID, "5": State.REJECTED, "13": State.REJECTED}
    unclear = {"4", "7", "9", "10", "12", "14", "15", "16", "17", "0", "18", "08", "８", ""}
    wanted = State.UNKNOWN if number in unclear else State.IN_TRANSIT
    assert record.state is expected.get(number, wanted)


@pytest.mark.parametrize("words", ["重发的转账请求，转账成功", "重复提交", "主机超时", "通讯故障"])
def test_a_failure_that_may_have_been_paid_is_unknown(words: str) -> None:
    said = [ONE[0]._replace(status="RJCT", words=words)]
    for reply in (IcbcDirect().read_reply("", icbc(said)), AbcDirect().read_reply("", abc(said))):
        assert [one.state for one in reply.records] == [State.UNKNOWN]


def test_the_xml_is_gbk_in_fen_and_holds_every_payment() -> None:
    payments = [*instructions(2), instruction(3, bank_code="105100000017", bank_name="A&B<行>")]
    written = IcbcDirect(customer=US).write(HEADER, payments)
    assert written.name == "OAA-2026-11-01.xml"
    assert written.content.startswith(b'<?xml version="1.0" encoding="GBK"?>')
    root = etree.fromstring(written.content)
    public = {one.tag: one.text for one in root.iterfind("eb/pub/*")}
    assert public["TransCode"] == "PAYPER"
    assert (public["CIS"], public["BankCode"], public["fSeqno"]) == (
        US.number, "102", "OAA-2026-11-01",
    )  # fmt: skip
    assert root.findtext("eb/in/TotalNum") == "3"
    assert root.findtext("eb/in/TotalAmt") == "30006"
    lines = root.findall("eb/in/rd")
    assert [one.findtext("iSeqno") for one in lines] == [one.reference for one in payments]
    assert [one.findtext("PayAmt") for one in lines] == ["10001", "10002", "10003"]
    assert [one.findtext("SysIOFlg") for one in lines] == ["1", "1", "2"]
    assert lines[2].findtext("RecBankName") == "A&B<行>"
    assert lines[0].findtext("RecAccNameCN") == "阿依古丽·买买提"


def test_the_json_is_in_yuan_and_holds_every_payment() -> None:
    written = AbcDirect(customer=US).write(HEADER, instructions(2))
    message = json.loads(written.content)
    assert (message["transCode"], message["reqId"]) == ("itms0002", "OAA-2026-11-01")
    assert (message["totalNum"], message["totalAmt"]) == ("2", "200.03")
    assert [one["amount"] for one in message["details"]] == ["100.01", "100.02"]
    assert [one["erpNo"] for one in message["details"]] == ["PAY0000001", "PAY0000002"]


def test_the_question_names_the_file_and_not_itself() -> None:
    root = etree.fromstring(IcbcDirect(customer=US).question(HEADER, "Q-1"))
    assert root.findtext("eb/pub/TransCode") == "QPAYPER"
    assert root.findtext("eb/pub/fSeqno") == "Q-1"
    assert root.findtext("eb/in/QryfSeqno") == "OAA-2026-11-01"
    asked = json.loads(AbcDirect(customer=US).question(HEADER, ["PAY0000001"]))
    assert (asked["transCode"], asked["reqId"]) == ("itms0003", "OAA-2026-11-01")
    assert asked["details"] == [{"erpNo": "PAY0000001"}]


def test_what_is_posted_is_a_form_around_the_signed_message() -> None:
    fields = parse_qs(icbc_write.form("PAYPER", "c2lnbmVk+/=", US, "P1").decode("ascii"))
    assert fields["reqData"] == ["c2lnbmVk+/="]
    assert (fields["TransCode"], fields["GroupCIS"]) == (["PAYPER"], [US.number])


def test_an_answer_in_the_form_field_reads_like_the_bare_one() -> None:
    content = icbc(told(instructions(3)))
    wrapped = b"reqData=" + base64.b64encode(content) + b"\r\n"
    assert IcbcDirect().read_reply("", wrapped) == IcbcDirect().read_reply("", content)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("<RetCode>0</RetCode>", "<RetCode>B0116</RetCode>", "request_refused"),
        ("<CMS>", "<!DOCTYPE CMS []><CMS>", "dtd_refused"),
        ('"GBK"', '"BIG5"', "encoding_wrong"),
        ("<PayAmt>10001", "<PayAmt>100.01", "amount_with_decimals"),
        ("<PayAmt>10001", "<PayAmt>1e5", "amount_malformed"),
        ("<PayAmt>10001", "<PayAmt>0", "amount_zero"),
        ("PAY0000002", "PAY0000001", "reference_twice"),
        ("PAY0000002", "PAY 2", "reference_malformed"),
        ("<TotalNum>2", "<TotalNum>1", "count_differs"),
        ("<TotalNum>2", "<TotalNum>two", "header_field_wrong"),
        ("<TotalAmt>20003", "<TotalAmt>20004", "total_differs"),
        ("<TotalAmt>20003", "<TotalAmt>2000300", "total_factor_100"),
        ("OAA-2026-11-01", "文件", "file_reference_missing"),
        ("<CMS>", "<CMX>", "xml_broken"),
        ("<out>", "<outer>", "xml_broken"),
        ("<eb>", "<eb2></eb2><eb>", ""),
    ],
)
def test_an_xml_answer_that_does_not_fit_moves_nothing(before: str, after: str, code: str) -> None:
    text = icbc(told(instructions(2))).decode("gbk")
    assert before in text
    reply = IcbcDirect().read_reply("", text.replace(before, after).encode("gbk"))
    codes = {one.code for one in reply.faults if one.fatal}
    if not code:
        assert codes == set()
        return
    assert code in codes
    assert (reply.records, reply.silence_means) == ((), State.UNKNOWN)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"errorCode=-5", "request_refused"),
        (b"reqData=%%%", "xml_broken"),
        (b"<html>login</html>", "html_page"),
        (b"{}", "xml_broken"),
        (b'<?xml version="1.0" encoding="GBK"?><CMS>\xff\xff</CMS>', "encoding_wrong"),
        (b"<CMS><eb><pub><RetCode>0</RetCode></pub></eb></CMS>", "message_unexpected"),
        (b"<CMS><eb><pub/><out/></eb></CMS>", "nothing_listed"),
    ],
)
def test_what_is_no_xml_answer_moves_nothing(content: bytes, code: str) -> None:
    reply = IcbcDirect().read_reply("", content)
    assert code in {one.code for one in reply.faults if one.fatal}
    assert reply.records == ()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('"retCode": "0000"', '"retCode": "E001"', "request_refused"),
        ('"retCode": "0000"', '"retCode": "0000", "retCode": "0000"', "key_twice"),
        ('"amount": "100.01"', '"amount": "10001"', "amount_without_decimals"),
        ('"amount": "100.01"', '"amount": 100.011', "amount_too_precise"),
        ('"amount": "100.01"', '"amount": 1.0001e2', "amount_scientific"),
        ('"amount": "100.01"', '"amount": -100.01', "amount_negative"),
        ('"amount": "100.01"', '"amount": "1,000.01"', "amount_thousands_separator"),
        ('"amount": "100.01"', '"amount": NaN', "json_broken"),
        ('"amount": "100.01"', '"amount": []', "amount_missing"),
        ("PAY0000002", "PAY0000001", "reference_twice"),
        ('"totalNum": "2"', '"totalNum": "1"', "count_differs"),
        ('"totalNum": "2"', '"totalNum": true', "header_field_wrong"),
        ('"totalAmt": "200.03"', '"totalAmt": "200.04"', "total_differs"),
        ('"totalAmt": "200.03"', '"totalAmt": "20003.00"', "total_factor_100"),
        ('"details": [', '"details": [5, ', "json_shape"),
        ('"details": [', '"lines": [', "message_unexpected"),
    ],
)
def test_a_json_answer_that_does_not_fit_moves_nothing(before: str, after: str, code: str) -> None:
    text = abc(told(instructions(2))).decode()
    assert before in text
    reply = AbcDirect().read_reply("", text.replace(before, after, 1).encode())
    assert code in {one.code for one in reply.faults if one.fatal}
    assert (reply.records, reply.silence_means) == ((), State.UNKNOWN)


@pytest.mark.parametrize("content", [b"[]", b"5", b"null", b"{", b"[" * 100_000, b'"\xff"', b"{}"])
def test_what_is_no_json_answer_moves_nothing(content: bytes) -> None:
    reply = AbcDirect().read_reply("", content)
    assert not reply.believable
    assert reply.records == ()


def test_a_json_number_is_taken_as_it_was_written() -> None:
    text = abc(ONE).decode().replace('"amount": "100.01"', '"amount": 100.01')
    (record,) = AbcDirect().read_reply("", text.encode()).records
    assert record.amount_fen == 10_001
