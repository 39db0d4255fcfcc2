"""Status reports: precedence, contradictions, silence, and documents not to be believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bank_adapters import Reply, State, adapter_for
from bank_adapters.iso20022.adapter import Iso20022Adapter
from bank_adapters.iso20022.profile import ISO20022
from tests.bank_adapters.makers import HEADER, Told, instructions, pain002, told

ADAPTER = adapter_for("iso20022")
# A bank that reports by exception: what it does not name has succeeded.
BY_EXCEPTION = Iso20022Adapter(replace(ISO20022, silence_means=State.PAID))
ONE = Told("PAY0000001", "100.01")
TWO = Told("PAY0000002", "100.02")


def read(content: bytes) -> Reply:
    """Read with the demonstration bank's profile."""
    return ADAPTER.read_reply("reply.xml", content)


def codes(reply: Reply, *, fatal: bool) -> set[str]:
    """Return the fault codes of one severity."""
    return {one.code for one in reply.faults if one.fatal is fatal}


@pytest.mark.parametrize("version", ["03", "06", "09", "10", "12", "14"])
def test_every_version_is_read_by_local_names(version: str) -> None:
    reply = read(pain002([ONE], version=version))
    assert [one.state for one in reply.records] == [State.PAID]


def test_an_envelope_around_the_document_does_not_matter() -> None:
    plain = pain002([ONE]).decode().partition("\n")[2]
    reply = read(f'<m:Envelope xmlns:m="urn:x"><AppHdr/><m:B>{plain}</m:B></m:Envelope>'.encode())
    assert [one.reference for one in reply.records] == [ONE.reference]
    assert reply.file_reference == HEADER.file_reference


def test_all_transactions_are_returned_not_only_the_first() -> None:
    assert len(read(pain002(told(instructions(300)))).records) == 300


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("RCVD", State.IN_TRANSIT),
        ("ACTC", State.IN_TRANSIT),
        ("PDNG", State.IN_TRANSIT),
        ("ACCP", State.IN_TRANSIT),
        ("ACSP", State.IN_TRANSIT),
        ("ACWC", State.IN_TRANSIT),
        ("ACWP", State.IN_TRANSIT),
        ("BLCK", State.IN_TRANSIT),
        ("RVNM", State.IN_TRANSIT),
        ("ACSC", State.PAID),
        ("ACCC", State.PAID),
        ("RJCT", State.REJECTED),
        ("CANC", State.REJECTED),
        ("QQQQ", State.UNKNOWN),
    ],
)
def test_each_status_means_what_the_code_set_says(status: str, state: State) -> None:
    assert read(pain002([ONE._replace(status=status)])).records[0].state is state


def test_transaction_beats_block_and_block_beats_group() -> None:
    said = [ONE._replace(status="RJCT", code="AC04"), TWO._replace(status="")]
    reply = read(pain002(said, group="PDNG", block="ACCC"))
    assert [one.state for one in reply.records] == [State.REJECTED, State.PAID]
    reply = read(pain002([ONE._replace(status="")], group="RJCT", group_code="AM04"))
    assert [(one.state, one.code) for one in reply.records] == [(State.REJECTED, "AM04")]


def test_a_debit_of_our_own_account_is_no_proof_that_a_person_was_paid() -> None:
    reply = read(pain002([ONE._replace(status="")], group="ACSC"))
    assert [one.state for one in reply.records] == [State.IN_TRANSIT]


def test_a_refused_file_speaks_for_the_payments_it_does_not_name() -> None:
    reply = read(pain002([], count="2", total="200.03", group="RJCT", group_code="AM04"))
    assert reply.believable
    assert (reply.silence_means, reply.silence_code) == (State.REJECTED, "AM04")


@pytest.mark.parametrize("code", ["DU01", "AM05", "AB05"])
def test_a_file_refused_as_duplicate_leaves_its_payments_unknown(code: str) -> None:
    reply = read(pain002([], count="2", total="200.03", group="RJCT", group_code=code))
    assert (reply.silence_means, reply.silence_code) == (State.UNKNOWN, code)


def test_silence_means_what_the_bank_agreed_once_it_has_said_its_last_word() -> None:
    rejected = [ONE._replace(status="RJCT", code="AC04")]
    partly = pain002(rejected, count="3", total="300.06", group="PART")
    assert read(partly).silence_means is State.IN_TRANSIT
    assert BY_EXCEPTION.read_reply("x", partly).silence_means is State.PAID
    early = pain002(rejected, count="3", total="300.06", group="ACTC")
    assert BY_EXCEPTION.read_reply("x", early).silence_means is State.IN_TRANSIT
    assert codes(read(partly), fatal=False) == {"reply_incomplete"}


def test_a_refused_file_with_an_accepted_payment_is_read_and_reported() -> None:
    reply = read(pain002([ONE], group="RJCT", group_code="AM04"))
    assert [one.state for one in reply.records] == [State.PAID]
    assert codes(reply, fatal=False) == {"group_contradicted"}


def test_one_reference_with_two_final_results_goes_to_a_person() -> None:
    said = [ONE, ONE._replace(status="RJCT", code="AC04"), TWO]
    reply = read(pain002(said))
    assert [(one.reference, one.state) for one in reply.records] == [
        (ONE.reference, State.UNKNOWN),
        (TWO.reference, State.PAID),
    ]
    assert codes(reply, fatal=False) == {"status_contradictory"}


def test_a_stage_on_the_way_never_takes_a_final_result_back() -> None:
    for order in ([ONE, ONE._replace(status="PDNG")], [ONE._replace(status="PDNG"), ONE]):
        assert [one.state for one in read(pain002(order)).records] == [State.PAID]


def test_the_same_line_twice_is_one_record_and_a_warning() -> None:
    reply = read(pain002([ONE, ONE]))
    assert len(reply.records) == 1
    assert codes(reply, fatal=False) == {"reference_listed_twice"}


def test_one_reference_with_two_amounts_goes_to_a_person() -> None:
    reply = read(pain002([ONE, ONE._replace(amount="1.00")]))
    assert [one.state for one in reply.records] == [State.UNKNOWN]


def test_our_reference_is_found_in_the_instruction_id_when_the_other_is_not_provided() -> None:
    content = pain002([ONE]).replace(
        b"<OrgnlEndToEndId>PAY0000001<", b"<OrgnlEndToEndId>NOTPROVIDED<"
    )
    assert [one.reference for one in read(content).records] == [ONE.reference]
    content = content.replace(b"<OrgnlInstrId>PAY0000001<", b"<OrgnlInstrId><")
    assert read(content).records == ()
    assert codes(read(content), fatal=False) == {"reference_missing"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"count": "1"}, "count_differs"),
        ({"count": "2x"}, "count_differs"),
        ({"total": "200.02"}, "total_differs"),
        ({"total": "20003.00"}, "total_factor_100"),
        ({"total": "2.0003"}, "amount_too_precise"),
        ({"total": "2E2"}, "amount_scientific"),
        ({"file_reference": ""}, "file_reference_missing"),
        ({"file_reference": "NOTPROVIDED"}, "file_reference_missing"),
        (
            {
                "extra": "<NbOfTxsPerSts><DtldNbOfTxs>3</DtldNbOfTxs><DtldSts>ACSC</DtldSts>"
                "</NbOfTxsPerSts>"
            },
            "count_differs",
        ),
        (
            {
                "extra": "<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>ACSC</DtldSts>"
                "<DtldCtrlSum>1.00</DtldCtrlSum></NbOfTxsPerSts>"
            },
            "total_differs",
        ),
    ],
)
def test_a_report_whose_header_does_not_fit_is_refused(changes: dict[str, str], code: str) -> None:
    reply = read(pain002([ONE, TWO], **changes))
    assert code in codes(reply, fatal=True)
    assert reply.records == ()


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("100.011", "amount_too_precise"),
        ("1,00.01", "amount_thousands_separator"),
        ("100,01", "amount_thousands_separator"),
        ("-100.01", "amount_negative"),
        ("1e2", "amount_scientific"),
        ("１00.01", "amount_full_width"),
        ("0.00", "amount_zero"),
        ("abc", "amount_malformed"),
    ],
)
def test_an_amount_that_could_hide_an_error_refuses_the_report(amount: str, code: str) -> None:
    content = pain002([ONE], total="100.01").replace(
        b">100.01</InstdAmt>", f">{amount}</InstdAmt>".encode()
    )
    reply = read(content)
    assert code in codes(reply, fatal=True)
    assert reply.records == ()


def test_another_currency_is_refused() -> None:
    reply = read(pain002([ONE]).replace(b'"CNY"', b'"USD"'))
    assert "currency_wrong" in codes(reply, fatal=True)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>'
)


@pytest.mark.parametrize(
    "content",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document/>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><D>&e;</D>',
        BILLION_LAUGHS.decode()
        .replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
        .encode("utf-16"),
    ],
    ids=["entities", "external", "file", "utf-16"],
)
def test_a_document_with_its_own_type_is_refused(content: bytes) -> None:
    for reply in (read(content), ADAPTER.read_statement(content)):
        assert [one.code for one in reply.faults] == ["dtd_refused"]


@pytest.mark.parametrize(
    "content",
    [
        pain002([ONE]) + b"garbage",
        pain002([ONE]) + pain002([TWO]),
        pain002([ONE]).replace(b"PAY", b"\x00AY"),
        pain002([ONE]).replace(b"</TxSts>", b"</TxSt>"),
        pain002([ONE._replace(status="RJCT", code="AC04", words="已销户")]).decode().encode("gbk"),
        b"not xml at all",
        b"PK\x03\x04zip",
        b"\x1f\x8bgzip",
    ],
    ids=["trailing", "twice", "nul", "unclosed", "encoding", "text", "zip", "gzip"],
)
def test_broken_documents_give_no_record_although_good_ones_come_first(content: bytes) -> None:
    reply = read(content)
    assert codes(reply, fatal=True) == {"xml_broken"}
    assert reply.records == ()


def test_a_byte_order_mark_before_well_formed_xml_is_harmless() -> None:
    assert len(read(b"\xef\xbb\xbf" + pain002([ONE])).records) == 1


def test_text_damaged_before_it_reached_us_is_pointed_out() -> None:
    said = [ONE._replace(status="RJCT", code="NARR", words="锟斤拷锟斤拷")]
    reply = read(pain002(said))
    assert codes(reply, fatal=False) == {"mojibake"}
    assert reply.records[0].state is State.REJECTED


def test_another_message_or_an_empty_one_is_not_success() -> None:
    assert codes(read(b"<Document><BkToCstmrStmt/></Document>"), fatal=True) == {
        "message_unexpected"
    }
    assert "nothing_listed" in codes(read(pain002([], count="0", total="0.00")), fatal=True)
    body = pain002([ONE]).decode().partition("\n")[2]
    assert "message_twice" in codes(read(f"<two>{body}{body}</two>".encode()), fatal=True)


def test_a_fault_names_the_line_it_was_found_on() -> None:
    content = pain002([ONE, TWO._replace(amount="100.02")]).replace(b">100.02</I", b">100.020</I")
    found = next(one for one in read(content).faults if one.code == "amount_too_precise")
    assert content.split(b"\n")[(found.line or 0) - 1].find(b"100.020") > 0
    assert found.sentence_en.startswith(f"Line {found.line}, InstdAmt:")
