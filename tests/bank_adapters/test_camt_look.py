"""camt.052, .053, .054 and .029 by name: any version, envelope and encoding, judged by meaning."""

from __future__ import annotations

import pytest

from bank_adapters import ReplyRecord, State
from bank_adapters.formats import ReadFile, read_bytes
from bank_adapters.registry import format_for

CONTAINERS = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
BACK = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></RtrInf>"
every_message = pytest.mark.parametrize("name", CONTAINERS)


def detail(
    reference: str = "PAY1", amount: str = "", extra: str = "", currency: str = "CNY"
) -> str:
    """Return one TxDtls; `extra` stands behind the amount."""
    own = f'<Amt Ccy="{currency}">{amount}</Amt>' if amount else ""
    ids = f"<EndToEndId>{reference}</EndToEndId>" if reference else ""
    return f"<TxDtls><Refs><PmtInfId>OAA-1</PmtInfId>{ids}</Refs>{own}{extra}</TxDtls>"


def entry(
    amount: str, side: str, *details: str, status: str = "BOOK", extra: str = "", batch: str = "",
    currency: str = "CNY", ref: str = "B1",
) -> str:  # fmt: skip
    """Return one Ntry; `extra` stands before its status, `batch` before its details."""
    inner = batch + "".join(details)
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{extra}'
        f"<Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt>"
        f"<AcctSvcrRef>{ref}</AcctSvcrRef>{f'<NtryDtls>{inner}</NtryDtls>' if inner else ''}</Ntry>\n"
    )


def account(*entries: str, name: str = "camt.054", number: str = "1", extra: str = "") -> str:
    """Return one account's part."""
    container = CONTAINERS[name][1]
    return (
        f"<{container}><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<Acct><Id><Othr><Id>4000021209014411111</Id></Othr></Id></Acct>{extra}\n"
        f"{''.join(entries)}</{container}>"
    )


def balances(opening: str, closing: str, currency: str = "CNY") -> str:
    """Return opening and closing balance."""
    return "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-25</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )


def document(*accounts: str, name: str = "camt.054", version: str = "08", pages: str = "") -> str:
    """Return the whole message, without its declaration."""
    message = CONTAINERS[name][0]
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{name}.001.{version}"><{message}>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-25T18:00:00</CreDtTm>{pages}</GrpHdr>\n"
        f"{''.join(accounts)}</{message}></Document>\n"
    )


def look(text: str | bytes, name: str = "camt.054") -> ReadFile:
    """Read a message by the name of its format."""
    return read_bytes(format_for(name), text.encode() if isinstance(text, str) else text)


def codes(found: ReadFile) -> list[str]:
    """Return the codes of all faults; nothing stands beside a fatal one."""
    if not found.believable:
        assert (found.records, found.accounts) == ((), ())
    return [one.code for one in found.faults]


def told(found: ReadFile) -> list[tuple[str, State, int | None, str]]:
    """Return what matters of each record."""
    return [(one.reference, one.state, one.amount_fen, one.code) for one in found.records]


@every_message
@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_a_return_is_a_new_credit_and_a_debit_is_paid(name: str, version: str) -> None:
    text = document(
        account(
            entry("100.00", "DBIT", detail("PAY1", "100.00")),
            entry("60.00", "CRDT", detail("PAY2", "60.00", BACK)),
            name=name,
            extra=balances("100.00", "60.00"),
        ),
        name=name,
        version=version,
    )
    found = look(text, name)
    assert codes(found) == []
    assert told(found) == [
        ("PAY1", State.PAID, 10_000, "BOOK"),
        ("PAY2", State.RETURNED, 6_000, "AC04"),
    ]
    assert found.records[1].reason == "账户已销户"
    assert [one.line for one in found.records] == [3, 4]
    (day,) = found.accounts
    assert (day.entry_count, day.debit_fen, day.credit_fen) == (2, 10_000, 6_000)


def test_the_amount_of_a_line_is_its_own_not_the_entrys() -> None:
    details = [detail(f"PAY{place}", f"{place}0.00") for place in (1, 2, 3)]
    assert told(look(document(account(entry("60.00", "DBIT", *details))))) == [
        (f"PAY{place}", State.PAID, place * 1_000, "BOOK") for place in (1, 2, 3)
    ]
    old = "<AmtDtls><TxAmt><Amt Ccy='CNY'>{}</Amt></TxAmt></AmtDtls>"
    details = [detail(f"PAY{n}", "", old.format(f"{n}0.00")) for n in (1, 2)]
    found = look(document(account(entry("30.00", "DBIT", *details)), version="02"))
    assert [one.amount_fen for one in found.records] == [1_000, 2_000]


def test_a_batch_without_details_speaks_of_the_file_only() -> None:
    batch = "<Btch><PmtInfId>OAA-1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>"
    found = look(document(account(entry("300.00", "DBIT", batch=batch))))
    assert told(found) == [("OAA-1", State.IN_TRANSIT, 30_000, "BOOK")]
    # One detail out of three is only itself.
    found = look(document(account(entry("300.00", "DBIT", detail("PAY1", "100.00"), batch=batch))))
    assert told(found)[0] == ("PAY1", State.PAID, 10_000, "BOOK")
    assert sum(one.amount_fen or 0 for one in found.records) == 30_000
    assert codes(found) == ["details_incomplete"]


def test_summed_returns_are_told_one_by_one() -> None:
    details = [detail("PAY1", "60.00", BACK), detail("PAY2", "40.00", BACK)]
    found = look(document(account(entry("100.00", "CRDT", *details))))
    assert [(one.reference, one.state, one.amount_fen) for one in found.records] == [
        ("PAY1", State.RETURNED, 6_000),
        ("PAY2", State.RETURNED, 4_000),
    ]
    wrong = [detail("PAY1", "60.00", BACK), detail("PAY2", "41.00", BACK)]
    assert codes(look(document(account(entry("100.00", "CRDT", *wrong))))) == ["details_differ"]


def test_a_fee_is_pointed_out_and_never_part_of_a_payment() -> None:
    fee = '<Chrgs><Rcrd><Amt Ccy="CNY">2.00</Amt></Rcrd></Chrgs>'
    found = look(document(account(entry("98.00", "CRDT", detail("PAY1", "100.00", fee + BACK)))))
    assert told(found) == [("PAY1", State.RETURNED, 9_800, "AC04")]
    assert codes(found) == ["charges_taken"]
    debit = entry("302.00", "DBIT", detail("PAY1", "100.00", fee), detail("PAY2", "200.00"))
    found = look(document(account(debit)))
    assert [(one.reference, one.state, one.amount_fen) for one in found.records] == [
        ("PAY1", State.PAID, 10_000),
        ("PAY2", State.PAID, 20_000),
        ("", State.UNKNOWN, 200),
    ]


def test_a_deposit_a_reversal_and_a_return_of_a_return_are_never_taken_for_a_payment() -> None:
    undone = "<RvslInd>true</RvslInd>"
    found = look(
        document(
            account(
                entry("5.00", "CRDT"),
                entry("6.00", "CRDT", detail("PAY1", "6.00")),
                entry("7.00", "CRDT", detail("PAY2", "7.00"), extra=undone),
                entry("8.00", "DBIT", detail("PAY3", "8.00"), extra=undone),
                entry("9.00", "DBIT", detail("PAY4", "9.00", BACK)),
            )
        )
    )
    assert [(one.reference, one.state) for one in found.records] == [
        ("", State.UNKNOWN),
        ("PAY1", State.UNKNOWN),
        ("PAY2", State.RETURNED),
        ("PAY3", State.UNKNOWN),
        ("PAY4", State.UNKNOWN),
    ]


def test_what_is_not_booked_never_counts() -> None:
    found = look(
        document(
            account(
                entry("5.00", "DBIT", detail("PAY1", "5.00"), status="PDNG"),
                entry("5.00", "DBIT", detail("PAY2", "5.00"), status="INFO"),
            )
        )
    )
    assert told(found) == [("PAY1", State.IN_TRANSIT, 500, "PDNG")]
    assert codes(found) == ["entry_not_booked", "entry_not_booked"]


def test_another_currency_is_never_read_as_fen() -> None:
    found = look(document(account(entry("5.00", "DBIT", detail("PAY1", "5.00"), currency="EUR"))))
    assert [one.state for one in found.records] == [State.UNKNOWN]
    euro = entry("5.00", "DBIT", detail("PAY1", "5.00", currency="EUR"), currency="EUR")
    found = look(document(account(euro, name="camt.053", extra=balances("9.00", "4.00", "EUR")), name="camt.053"), "camt.053")  # fmt: skip
    assert told(found) == [("PAY1", State.UNKNOWN, None, "BOOK")]
    assert set(codes(found)) == {"currency_wrong", "balance_missing"}
    assert {one.value for one in found.faults if one.code == "currency_wrong"} == {"EUR"}


def test_the_same_booking_in_two_overlapping_statements_counts_once() -> None:
    one, two = (
        entry("5.00", "DBIT", detail("PAY1")),
        entry("6.00", "DBIT", detail("PAY2"), ref="B2"),
    )
    found = look(document(account(one), account(one, two, number="2")))
    assert [record.reference for record in found.records] == ["PAY1", "PAY2"]
    assert codes(found) == ["booking_twice"]
    found = look(document(account(one), account(one)))
    assert [record.reference for record in found.records] == ["PAY1"]
    # Within one statement two bookings are two bookings: somebody has to ask.
    again = entry("5.00", "DBIT", detail("PAY1"), ref="B9")
    found = look(document(account(one, again)))
    assert [record.reference for record in found.records] == ["PAY1", "PAY1"]
    assert codes(found) == ["booked_again"]


def test_an_account_told_twice_counts_once_even_without_the_banks_reference() -> None:
    one = entry("5.00", "DBIT", detail("PAY1"), ref="")
    found = look(document(account(one), account(one)))
    assert [record.reference for record in found.records] == ["PAY1"]
    assert "statement_twice" in codes(found)


def test_balances_summary_and_counts_have_to_fit() -> None:
    def stated(summary: str, closing: str = "94.00") -> ReadFile:
        extra = balances("100.00", closing) + f"<TxsSummry>{summary}</TxsSummry>"
        parts = account(entry("6.00", "DBIT", detail()), name="camt.053", extra=extra)
        return look(document(parts, name="camt.053"), "camt.053")

    good = "<TtlNtries><NbOfNtries>1</NbOfNtries></TtlNtries><TtlDbtNtries><Sum>6.00</Sum></TtlDbtNtries>"
    assert codes(stated(good)) == []
    assert codes(stated(good, "93.00")) == ["balance_wrong"]
    assert codes(stated(good.replace(">1<", ">2<"))) == ["count_differs"]
    assert codes(stated(good.replace("6.00", "6.01"))) == ["total_differs"]
    assert codes(stated(good.replace("6.00", "600.00"))) == ["total_factor_100"]


def test_pages_and_statements_without_entries_are_read_and_pages_pointed_out() -> None:
    pages = "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn>"
    parts = account(entry("5.00", "DBIT", detail()), name="camt.053")
    found = look(document(parts, name="camt.053", pages=pages), "camt.053")
    assert codes(found) == ["page_of_several"]
    assert len(found.records) == 1
    empty = look(document(account(extra=balances("1.00", "1.00"), name="camt.053"), name="camt.053"), "camt.053")  # fmt: skip
    assert (codes(empty), empty.records, len(empty.accounts)) == ([], (), 1)


WRAPPED = document(account(entry("5.00", "CRDT", detail("PAY1", "5.00", BACK))))


@pytest.mark.parametrize(
    "content",
    [
        f'<?xml version="1.0" encoding="GBK"?>{WRAPPED}'.encode("gbk"),
        f'<?xml version="1.0" encoding="GB18030"?>{WRAPPED}'.encode("gb18030"),
        f'<?xml version="1.0" encoding="UTF-16"?>{WRAPPED}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="UTF-16BE"?>{WRAPPED}'.encode("utf-16-be"),
        b"\xef\xbb\xbf" + WRAPPED.encode(),
        f'<Envelope xmlns="urn:x"><AppHdr><MsgDefIdr/></AppHdr>{WRAPPED}</Envelope>'.encode(),
        f"<message><!-- note --><body>{WRAPPED}</body></message>".encode(),
        WRAPPED.replace("<", "<n:").replace("<n:/", "</n:").replace("xmlns=", "xmlns:n=").encode(),
        WRAPPED.replace(" xmlns=", " other=").encode(),
        WRAPPED.replace("tech:xsd:camt.054.001.08", "de:camt.054.ch.02").encode(),
        WRAPPED.replace("<GrpHdr>", "<?pi x?><!-- a --><GrpHdr>").encode(),
    ],
    ids=["gbk", "gb18030", "utf-16", "utf-16be", "bom", "envelope", "wrapper", "prefix", "bare", "dialect", "pi"],
)  # fmt: skip
def test_any_envelope_prefix_and_declared_encoding_is_read(content: bytes) -> None:
    found = look(content)
    assert codes(found) == []
    assert [(one.reference, one.state, one.reason) for one in found.records] == [
        ("PAY1", State.RETURNED, "账户已销户")
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (WRAPPED.encode()[:-40], "xml_broken"),
        (WRAPPED.encode("gbk"), "xml_broken"),
        (WRAPPED.encode() + WRAPPED.encode(), "xml_broken"),
        (b'<?xml version="1.0" encoding="X-NO-SUCH"?><a/>', "xml_broken"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + WRAPPED.encode(), "dtd_refused"),
        (b" " * 70_000 + b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + WRAPPED.encode(), "dtd_refused"),
        (f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a>{WRAPPED}'.encode("utf-16"), "dtd_refused"),
        (b"<html><body>Bad Gateway</body></html>", "html_page"),
        (b"", "file_empty"),
        (b"<Document/>", "message_unexpected"),
        (b"<a>" * 5_000, "xml_broken"),
    ],
)  # fmt: skip
@every_message
def test_what_cannot_be_believed_gives_no_record(name: str, content: bytes, code: str) -> None:
    found = look(content, name)
    assert codes(found) == [code]
    assert not found.believable


def test_a_broken_line_is_located() -> None:
    broken = document(account(*[entry("5.00", "DBIT", detail(f"P{n}")) for n in range(50)]))
    lines = broken.encode().split(b"\n")
    lines[20] = lines[20].replace(b"P1", b"P\xff")
    assert [one.line for one in look(b"\n".join(lines)).faults] == [21]


def test_a_million_faults_are_told_as_a_thousand_and_a_number() -> None:
    entries = [entry("5.00", "DBIT", detail(f"P{n}"), status="INFO") for n in range(1_500)]
    found = look(document(account(*entries)))
    assert len(found.faults) == 1_001
    assert found.faults[-1].code == "more_faults"
    assert "500" in found.faults[-1].sentence_zh


def test_schema_faults_are_warnings() -> None:
    parts = account(entry("5.00", "DBIT", detail()).replace("<Ntry>", f"<Ntry><NtryRef>{'9' * 40}</NtryRef>"))  # fmt: skip
    found = look(document(parts).replace("<MsgId>M1</MsgId>", ""))
    assert codes(found) == ["schema_breach", "schema_breach"]
    moved = entry("5.00", "DBIT", detail()).replace("<Ntry>", "<Ntry><Sts><Cd>BOOK</Cd></Sts>", 1)
    assert codes(look(document(account(moved)))) == ["schema_breach"]
    assert len(look(document(account(moved))).records) == 1


def cancelled(transactions: str, group: str = "", confirmed: str = "") -> ReadFile:
    """Read a camt.029."""
    return look(
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>'
        "<Assgnmt><Id>A1</Id></Assgnmt>"
        f"{f'<Sts><Conf>{confirmed}</Conf></Sts>' if confirmed else ''}"
        "<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>OAA-1</OrgnlMsgId>"
        f"{f'<GrpCxlSts>{group}</GrpCxlSts>' if group else ''}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>OAA-1</OrgnlPmtInfId>{transactions}</OrgnlPmtInfAndSts>"
        "</CxlDtls></RsltnOfInvstgtn></Document>",
        "camt.029",
    )


def answered(reference: str, status: str, reason: str = "") -> str:
    """Return what a camt.029 says of one payment."""
    why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
    own = f"<TxCxlSts>{status}</TxCxlSts>" if status else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>{own}{why}"
        '<OrgnlInstdAmt Ccy="CNY">5.00</OrgnlInstdAmt></TxInfAndSts>'
    )


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        ("ACCR", "", State.REJECTED),
        ("RJCR", "", State.IN_TRANSIT),
        ("RJCR", "AC04", State.IN_TRANSIT),
        ("RJCR", "ARDT", State.RETURNED),
        ("RJCR", "NOOR", State.UNKNOWN),
        ("PDCR", "PTNA", State.IN_TRANSIT),
        ("RJCR", "ARPL", State.UNKNOWN),
        ("XXXX", "", State.UNKNOWN),
    ],
)
def test_an_answer_to_a_cancellation(status: str, reason: str, state: State) -> None:
    found = cancelled(answered("PAY1", status, reason))
    assert found.records == (
        ReplyRecord("PAY1", state, 500, reason or status, "", 1, status=status),
    )
    assert found.file_reference == "OAA-1"


def test_a_status_of_the_whole_request_speaks_for_payments_without_their_own() -> None:
    parts = answered("PAY1", "") + answered("PAY2", "RJCR")
    assert [one.state for one in cancelled(parts, group="ACCR").records] == [
        State.IN_TRANSIT,
        State.REJECTED,
    ]
    assert [one.state for one in cancelled(answered("PAY1", ""), confirmed="CNCL").records] == [
        State.REJECTED
    ]
    assert cancelled("", group="RJCR").silence_means is State.IN_TRANSIT
    assert codes(cancelled("")) == ["nothing_listed"]
