"""Statements: balances that must add up, returns as new credits, entries that do not count."""

from __future__ import annotations

from datetime import date

import pytest

from bank_adapters import EntryKind, StatementFile, adapter_for

ACCOUNT = "4000021209014411111"
BATCH = (
    "<NtryDtls><Btch><MsgId>OAA-1</MsgId><PmtInfId>OAA-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    "</NtryDtls>"
)


def returned(reference: str = "PAY1", code: str = "AC04", amount: str = "") -> str:
    """Return the details of a payment that came back."""
    own = f'<AmtDtls><TxAmt><Amt Ccy="CNY">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return (
        f"<TxDtls><Refs><PmtInfId>OAA-1</PmtInfId><EndToEndId>{reference}</EndToEndId></Refs>{own}"
        f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf></TxDtls>"
    )


def entry(amount: str, side: str, details: str = "", **changes: str) -> str:
    """Return one entry; `changes` replaces its status or adds markup."""
    status = changes.get("status", "<Sts><Cd>BOOK</Cd></Sts>")
    return (
        f'<Ntry><Amt Ccy="{changes.get("currency", "CNY")}">{amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd>{changes.get('reversal', '')}{status}"
        f"<BookgDt><Dt>{changes.get('day', '2026-11-25')}</Dt></BookgDt>"
        f"<AcctSvcrRef>BANKREF</AcctSvcrRef>{changes.get('code', '')}{details}</Ntry>"
    )


def balance(kind: str, amount: str, side: str = "CRDT") -> str:
    """Return one balance."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-25</Dt></Dt></Bal>'
    )


def statement(
    *entries: str,
    opening: str = "1000.00",
    closing: str = "1000.00",
    number: str = "<ElctrncSeqNb>7</ElctrncSeqNb>",
    account: str = ACCOUNT,
    balances: str | None = None,
) -> str:
    """Return one statement."""
    if balances is None:
        balances = balance("OPBD", opening) + balance("CLBD", closing)
    return (
        f"<Stmt><Id>S-7</Id>{number}<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
        f"{balances}{''.join(entries)}</Stmt>"
    )


def read(*statements: str, version: str = "08") -> StatementFile:
    """Read a document with these statements."""
    return adapter_for("iso20022").read_statement(
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"{''.join(statements)}</BkToCstmrStmt></Document>".encode()
    )


def fatal(found: StatementFile) -> set[str]:
    """Return codes of fatal faults, having made sure nothing is handed out beside them."""
    codes = {one.code for one in found.faults if one.fatal}
    assert bool(codes) is not found.believable
    if codes:
        assert found.statements == ()
    return codes


def test_a_day_with_a_debited_file_and_a_returned_payment() -> None:
    found = read(
        statement(
            entry("300.00", "DBIT", BATCH),
            entry("100.00", "CRDT", f"<NtryDtls>{returned()}</NtryDtls>"),
            closing="800.00",
        )
    )
    assert found.faults == ()
    (day,) = found.statements
    assert (day.account, day.number, day.booked_on) == (ACCOUNT, 7, date(2026, 11, 25))
    assert (day.opening_fen, day.closing_fen) == (100_000, 80_000)
    debit, back = day.entries
    assert (debit.kind, debit.credit, debit.amount_fen) == (EntryKind.BATCH_DEBIT, False, 30_000)
    assert (debit.file_reference, debit.reference) == ("OAA-1", "")
    assert (back.kind, back.credit, back.amount_fen) == (EntryKind.RETURN, True, 10_000)
    assert (back.reference, back.file_reference, back.reason_code) == ("PAY1", "OAA-1", "AC04")
    assert [one.ordinal for one in day.entries] == ["1.1", "2.1"]
    assert back.bank_reference == "BANKREF"
    assert back.value_on is None


def test_an_entry_has_a_value_date_beside_its_booking_day() -> None:
    content = statement(
        entry("5.00", "CRDT", reversal="<RvslInd>true</RvslInd>"), closing="1005.00"
    )
    valued = content.replace("</BookgDt>", "</BookgDt><ValDt><Dt>2026-11-27</Dt></ValDt>")
    (back,) = read(valued).statements[0].entries
    assert (back.booked_on, back.value_on) == (date(2026, 11, 25), date(2026, 11, 27))


def test_version_02_writes_its_status_as_text() -> None:
    found = read(
        statement(entry("1.00", "DBIT", BATCH, status="<Sts>BOOK</Sts>"), closing="999.00"),
        version="02",
    )
    assert [one.kind for one in found.statements[0].entries] == [EntryKind.BATCH_DEBIT]


def test_a_return_is_known_by_its_bank_transaction_code_alone() -> None:
    code = (
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd>"
    )
    found = read(statement(entry("5.00", "CRDT", code=code), closing="1005.00"))
    assert [(e.kind, e.reference) for e in found.statements[0].entries] == [(EntryKind.RETURN, "")]


def test_a_deposit_of_equal_amount_is_not_a_return() -> None:
    found = read(statement(entry("100.00", "CRDT"), closing="1100.00"))
    assert [one.kind for one in found.statements[0].entries] == [EntryKind.OTHER]


def test_a_reversal_is_the_banks_own_correction() -> None:
    found = read(
        statement(
            entry("5.00", "CRDT", reversal="<RvslInd>true</RvslInd>"),
            closing="1005.00",
        )
    )
    assert [one.kind for one in found.statements[0].entries] == [EntryKind.REVERSAL]


def test_several_returns_in_one_credit_are_several_entries_with_their_own_amounts() -> None:
    details = (
        f"<NtryDtls>{returned('PAY1', amount='60.00')}{returned('PAY2', amount='40.00')}</NtryDtls>"
    )
    found = read(statement(entry("100.00", "CRDT", details), closing="1100.00"))
    assert [(e.reference, e.amount_fen, e.ordinal) for e in found.statements[0].entries] == [
        ("PAY1", 6_000, "1.1"),
        ("PAY2", 4_000, "1.2"),
    ]


def test_a_return_less_a_fee_is_booked_with_what_really_came() -> None:
    details = f"<NtryDtls>{returned('PAY1', amount='100.00')}</NtryDtls>"
    found = read(statement(entry("99.00", "CRDT", details), closing="1099.00"))
    assert [one.amount_fen for one in found.statements[0].entries] == [9_900]


def test_details_that_do_not_add_up_refuse_the_file() -> None:
    details = (
        f"<NtryDtls>{returned('PAY1', amount='60.00')}{returned('PAY2', amount='41.00')}</NtryDtls>"
    )
    assert "details_differ" in fatal(read(statement(entry("100.00", "CRDT", details))))


def test_a_reference_not_provided_is_no_reference() -> None:
    details = f"<NtryDtls>{returned('NOTPROVIDED')}</NtryDtls>"
    found = read(statement(entry("1.00", "CRDT", details), closing="1001.00"))
    assert [one.reference for one in found.statements[0].entries] == [""]


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_an_entry_not_booked_never_counts(status: str) -> None:
    found = read(statement(entry("50.00", "DBIT", status=f"<Sts><Cd>{status}</Cd></Sts>")))
    assert found.statements[0].entries == ()
    assert [one.code for one in found.faults] == ["entry_not_booked"]


def test_many_statements_and_accounts_stay_apart() -> None:
    found = read(
        statement(entry("1.00", "DBIT", BATCH), closing="999.00"),
        statement(account="OTHER", number="<LglSeqNb>8</LglSeqNb>"),
    )
    assert [(one.account, one.number, len(one.entries)) for one in found.statements] == [
        (ACCOUNT, 7, 1),
        ("OTHER", 8, 0),
    ]


def test_an_overdrawn_account_has_a_negative_balance() -> None:
    balances = balance("OPBD", "10.00", "DBIT") + balance("CLBD", "11.00", "DBIT")
    found = read(statement(entry("1.00", "DBIT", BATCH), balances=balances))
    assert (found.statements[0].opening_fen, found.statements[0].closing_fen) == (-1_000, -1_100)


def test_a_statement_without_a_number_is_read_and_pointed_out() -> None:
    found = read(statement(number=""))
    assert found.statements[0].number is None
    assert [one.code for one in found.faults] == ["statement_number_missing"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (statement(closing="999.99"), "balance_wrong"),
        (statement(entry("1.00", "DBIT", BATCH)), "balance_wrong"),
        (statement(balances=balance("CLBD", "1.00")), "balance_missing"),
        (statement(balances=balance("OPBD", "1.00")), "balance_missing"),
        (statement(account=""), "account_missing"),
        (statement(entry("1.00", "")), "direction_wrong"),
        (statement(entry("1.000", "DBIT")), "amount_too_precise"),
        (statement(entry("1.00", "DBIT", currency="USD")), "currency_wrong"),
        (statement(entry("1.00", "DBIT", day="2026-13-45")), "date_wrong"),
        ("", "message_unexpected"),
    ],
)
def test_a_statement_that_cannot_be_right_is_refused(text: str, code: str) -> None:
    assert code in fatal(read(text))


def test_one_bad_statement_takes_the_whole_file_with_it() -> None:
    assert fatal(read(statement(), statement(closing="1.00"))) == {"balance_wrong"}


def test_an_intraday_report_is_not_a_statement() -> None:
    found = adapter_for("iso20022").read_statement(
        b"<Document><BkToCstmrAcctRpt><Rpt/></BkToCstmrAcctRpt></Document>"
    )
    assert fatal(found) == {"message_unexpected"}
