"""A file passes the gate once; its lines are matched in strict order, and nothing is guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bank_adapters.recognise import Message, recognise
from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from service.audit.actor import Actor
from service.batches.models import Payment
from service.foundation.ids import number_of, reference_of
from service.ledger.queries import balance, balances
from service.reconciliation import collect as collecting
from service.reconciliation import reading
from service.reconciliation.models import FileControl, InboundFile, ReplyLine, StatementLine
from service.reconciliation.references import spans_of
from service.reconciliation.reply import receive_reply
from tests.bank_adapters.makers import pain002
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.service.reconciliation.answers import (
    Sent,
    came_back,
    debit,
    sent,
    statement,
    yuan,
)

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four at each bank."""
    return sent(made)


def _notice(*entries: str, message_id: str = "N1") -> bytes:
    """Return a camt.054 by hand."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-10-16T18:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>{message_id}</Id><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id></Acct>"
        f"{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def _paid(payment: Payment, *, bank_reference: str, reference: str | None = None) -> str:
    """Return a booked debit for one payment."""
    mine = payment.reference if reference is None else reference
    return (
        f'<Ntry><Amt Ccy="CNY">{yuan(payment.amount_fen)}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-10-16</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
        f"<AcctSvcrRef>{bank_reference}</AcctSvcrRef><EndToEndId>{escape(mine)}</EndToEndId>"
        "</Refs></TxDtls></NtryDtls></Ntry>"
    )


def _fatal(inbound: InboundFile) -> set[str]:
    return {fault["code"] for fault in inbound.faults if fault["fatal"]}


def _matched_by(out: Sent, inbound: InboundFile) -> list[str]:
    return list(
        out.session.scalars(
            select(ReplyLine.matched_by)
            .where(ReplyLine.inbound_file_id == inbound.id)
            .order_by(ReplyLine.id)
        )
    )


def test_an_id_that_the_bank_used_before_is_kept_aside_beside_the_first(out: Sent) -> None:
    first = out.reply(out.told("PDNG"), message_id="B7")
    before = balances(out.session)
    other = out.reply(out.told("ACSC"), message_id="B7")
    assert _fatal(other) == {"message_id_twice"}
    assert other.conflicts_with_id == first.id
    assert (out.states(), balances(out.session)) == (["sent"] * 4, before)
    # What was never believed used no id up.
    out.reply(out.told("ACSC"), message_id="B8", count="9")
    assert out.reply(out.told("ACSC"), message_id="B8").state == "applied"


def test_a_damaged_reference_counts_when_one_payment_of_the_file_fits(out: Sent) -> None:
    lines = out.lines()
    said = out.told("ACSC")
    damaged = [
        # A reference may have no letter at all, so that small letters alone would damage nothing.
        "-".join((lines[0].reference[:6], lines[0].reference[6:])).lower(),
        lines[1].reference.lstrip("0"),
        " ".join((lines[2].reference[:6], lines[2].reference[6:])),
        f"{lines[3].reference}REST",
    ]
    inbound = out.reply(
        [one._replace(reference=mine) for one, mine in zip(said, damaged, strict=True)]
    )
    assert inbound.state == "applied"
    assert _matched_by(out, inbound) == ["damaged"] * 4
    assert out.states() == ["paid"] * 4


def test_a_cut_reference_that_fits_several_payments_is_nobodys(out: Sent) -> None:
    said = out.told("ACSC")
    # The first ten characters of small numbers are all alike.
    said[0] = said[0]._replace(reference=said[0].reference[:10])
    inbound = out.reply(said)
    assert out.outcomes(inbound)[0] == "unknown_reference"
    assert out.states() == ["unknown", "paid", "paid", "paid"]


@pytest.mark.parametrize("number", [1, 31, 32, 40_000, 2**40 + 17])
def test_what_banks_do_to_references_leaves_their_payment_within_the_spans(number: int) -> None:
    whole = reference_of(number)
    for seen in (
        whole.lower(), whole.lstrip("0"), whole[:12], whole[:9], f"{whole[:7]} {whole[7:]}",
        f"{whole}AB12", f"AB12{whole}",
    ):  # fmt: skip
        assert any(first <= number < before for first, before in spans_of(seen)), seen
    assert spans_of("") == spans_of("账号") == spans_of("OOPS") == spans_of("ABC") == []
    assert number_of(whole) == number


def test_another_name_or_account_than_was_sent_is_never_taken_automatically(out: Sent) -> None:
    said = out.told("ACSC", code="ccb")
    said[0] = said[0]._replace(account_name="另一人")
    said[1] = said[1]._replace(account_no="6222600260001072444")
    said[2] = said[2]._replace(account_name=f" {said[2].account_name} ")
    inbound = out.reply(said, "ccb")
    assert out.outcomes(inbound) == ["name_mismatch", "account_mismatch", "moved", "moved"]
    assert out.states("ccb") == ["sent", "sent", "paid", "paid"]


def test_a_notice_pays_what_it_names_and_leaves_cash_to_the_statement(out: Sent) -> None:
    lines = out.lines()
    inbound = out.statement(
        _notice(
            *(_paid(line, bank_reference=f"Z{place}") for place, line in enumerate(lines[:3])),
            _paid(lines[0], bank_reference="Z0"),
        )
    )
    assert (inbound.state, inbound.kind, inbound.message) == ("applied", "reply", "camt.054")
    assert out.states() == ["paid", "paid", "paid", "sent"], "what a notice leaves out is open"
    assert out.file().state == "delivered"
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN
    out.statement(_notice(_paid(lines[3], bank_reference="Z3"), message_id="N2"))
    assert out.states() == ["paid"] * 4
    assert out.file().state == "answered"
    total = sum(line.amount_fen for line in lines)
    out.receive(
        statement(
            ACCOUNT, [debit(out.file(), total)], opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN - total,
        )
    )  # fmt: skip
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN - total


def test_the_banks_own_reference_of_an_earlier_line_finds_a_return_without_ours(out: Sent) -> None:
    lines = out.lines()
    debits = [_paid(line, bank_reference=f"Z{place}") for place, line in enumerate(lines)]
    out.statement(_notice(*debits))
    credit = (
        _paid(lines[2], bank_reference="Z2", reference="")
        .replace("DBIT", "CRDT")
        .replace("</Refs>", "</Refs><RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf>")
    )
    told = out.statement(_notice(credit, message_id="N2"))
    assert _matched_by(out, told) == ["bank_reference"]
    assert out.outcomes(told) == ["unchanged"], "only the statement's credit is money"
    closing_fen = OPENING_FEN + lines[2].amount_fen
    out.statement(statement(ACCOUNT, [credit], opening_fen=OPENING_FEN, closing_fen=closing_fen))
    assert out.states() == ["paid", "paid", "returned", "paid"]
    assert balance(out.session, "returned_held:MZ15") == lines[2].amount_fen


def test_two_equal_amounts_to_one_person_stay_apart(out: Sent) -> None:
    first, second = out.lines()[:2]
    alike = {"amount_fen": first.amount_fen, "account_id": first.account_id}
    more_fen = first.amount_fen - second.amount_fen
    out.session.execute(text("SET LOCAL session_replication_role = replica"))
    out.session.execute(update(Payment).where(Payment.id == second.id).values(**alike))
    out.file().amount_fen += more_fen
    out.session.flush()
    out.session.execute(text("SET LOCAL session_replication_role = origin"))
    inbound = out.reply(out.told("ACSC", "RJCT", "PDNG"))
    assert inbound.state == "applied", inbound.faults
    assert out.outcomes(inbound) == ["moved", "moved", "unchanged", "unchanged"]
    assert out.states()[:2] == ["paid", "rejected"]


def test_mt940_is_booked_like_any_statement(out: Sent) -> None:
    out.reply(out.told("ACSC"))
    line = out.lines()[0]
    content = (
        f":20:ST1\r\n:25:{ACCOUNT}\r\n:28C:7/1\r\n:60F:C261016CNY{_mt(OPENING_FEN)}\r\n"
        f":61:2610161016C{_mt(line.amount_fen)}NRTI{line.reference}//B9\r\n:86:RETURN AC04\r\n"
        f":62F:C261016CNY{_mt(OPENING_FEN + line.amount_fen)}\r\n-\r\n"
    ).encode()
    inbound = out.statement(content)
    assert (inbound.state, inbound.message) == ("applied", "mt940"), inbound.faults
    assert out.states()[0] == "returned"
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN + line.amount_fen


def _mt(fen: int) -> str:
    return f"{fen // 100},{fen % 100:02d}"


def test_a_return_is_found_by_a_damaged_reference_within_its_file(out: Sent) -> None:
    out.reply(out.told("ACSC"))
    line = out.lines()[0]
    entry = came_back(out.file(), line).replace(line.reference, line.reference.lstrip("0").lower())
    out.statement(
        statement(
            ACCOUNT, [entry], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN + line.amount_fen
        )
    )
    kept = out.session.scalars(select(StatementLine)).one()
    assert (kept.matched, kept.payment_id) == ("return", line.id)
    assert out.states()[0] == "returned"
    assert out.lines()[0].result_code == "AC04"


def test_where_a_file_stands_adds_up_and_the_database_refuses_what_does_not(out: Sent) -> None:
    inbound = out.reply(out.told("ACSC", "RJCT", "ACSC"))
    out.statement(
        statement(
            ACCOUNT, [came_back(out.file(), out.lines()[0])], opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN + out.lines()[0].amount_fen, day=date(2026, 10, 20),
        )
    )  # fmt: skip
    kept = out.session.scalars(select(FileControl).order_by(FileControl.at)).all()
    assert [
        (one.sent_count, one.paid_count, one.failed_count, one.returned_count, one.in_transit_count)
        for one in kept
    ] == [(4, 3, 1, 0, 0), (4, 2, 1, 1, 0)]
    assert kept[0].inbound_file_id == inbound.id
    assert kept[1].sent_fen == kept[1].paid_fen + kept[1].failed_fen + kept[1].returned_fen
    with pytest.raises(IntegrityError), out.session.begin_nested():
        out.session.execute(update(FileControl).values(paid_fen=FileControl.paid_fen + 1))


def test_a_reader_that_fails_keeps_the_file_and_blocks_nothing(
    out: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def read(self, *_: object) -> None:
            raise RecursionError

    with monkeypatch.context() as broken:
        broken.setattr(reading, "pain002", Broken())
        poison = out.reply(out.told("ACSC"))
    assert _fatal(poison) == {"reader_failed"}
    assert out.states() == ["sent"] * 4
    assert out.reply(out.told("RJCT")).state == "applied"


def test_a_file_whose_posting_fails_stays_at_the_bank_and_blocks_no_other(
    out: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _render_paid(out)
    files = [
        FetchedFile(RemoteFile("/outbox", name, 1, 1), content, "")
        for name, content in (("a.xml", b"poison"), ("b.xml", good))
    ]
    removed: list[str] = []

    class Way:
        def fetch_new(self, folder: str, **_: object) -> list[FetchedFile]:
            return [one for one in files if one.remote.folder == folder]

        def remove(self, remote: RemoteFile) -> None:
            removed.append(remote.name)

    def receive(session: Session, bank: object, name: str, content: bytes, *, by: Actor) -> object:
        if content == b"poison":
            raise ZeroDivisionError
        assert bank is out.channel()
        return receive_reply(session, out.channel(), name, content, by=by)

    @contextmanager
    def here() -> Iterator[Session]:
        with out.session.begin_nested():
            yield out.session

    monkeypatch.setattr(collecting, "transport", lambda _: Way())
    monkeypatch.setattr(collecting, "transaction", here)
    monkeypatch.setattr(collecting, "receive_reply", receive)
    with pytest.raises(ZeroDivisionError):
        collecting.collect("rural")
    assert removed == ["b.xml"]
    assert out.states() == ["paid"] * 4


def _render_paid(out: Sent) -> bytes:
    return pain002(out.told("ACSC"), file_reference=out.file().file_reference)


def test_content_says_what_a_file_is_and_not_its_name() -> None:
    assert recognise(pain002([])) is Message.STATUS_REPORT
    assert recognise(_notice()) is Message.NOTICE
    assert recognise(statement(ACCOUNT, [], opening_fen=1, closing_fen=1)) is Message.STATEMENT
    mt = b"{1:F01X}{2:O}{4:\r\n:20:A\r\n:25:B\r\n:28C:1\r\n"
    assert recognise(mt + b":60F:C261016CNY1,\r\n") is Message.MT_STATEMENT
    assert recognise(mt + b":34F:CNY0,\r\n") is Message.MT_INTERIM
    assert recognise("序号|账号|户名".encode("gb18030")) is None
    assert recognise(b'{"CCTransCode": ":20:"}') is None
