"""A bank's answer is booked in sets: what the database is asked does not grow with its lines."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.bank_adapters.makers import Told
from tests.service.reconciliation.answers import Sent, sent

FEW, MANY = 12, 48
_CALLS = text("SELECT funcname, calls FROM pg_stat_xact_user_functions")


@contextmanager
def _counted(session: Session) -> Iterator[Counter[str]]:
    """Count statements, and calls of each trigger's function, while something is done."""
    found: Counter[str] = Counter()

    def add(*_: object) -> None:
        found["statements"] += 1

    session.flush()
    session.execute(text("SET LOCAL track_functions = 'pl'"))
    before = Counter({row.funcname: row.calls for row in session.execute(_CALLS)})
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", add)
    yield found
    session.flush()
    event.remove(connection, "before_cursor_execute", add)
    after = Counter({row.funcname: row.calls for row in session.execute(_CALLS)})
    found.update(after - before)


def _answers(at_bank: Sent) -> list[Told]:
    """Two sorts of success and of failure, so that no code holds for all lines of a state."""
    said = at_bank.told(*["ACSC", "ACCC", "RJCT", "RJCT"] * (len(at_bank.lines()) // 4), "ACSC")
    return [one._replace(code="AC01") if place % 4 == 3 else one for place, one in enumerate(said)]


def _notice(message_id: str, said: list[Told]) -> bytes:
    entries = "".join(
        f'<Ntry><Amt Ccy="CNY">{one.amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2026-10-16</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{one.reference}"
        "</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
        for one in said
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>{message_id}</MsgId></GrpHdr><Ntfctn><Id>N</Id><Acct><Id><Othr><Id>1</Id></Othr></Id>"
        f"</Acct>{entries}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def _booked(session: Session, lines: int, month: str) -> tuple[int, Counter[str], Counter[str]]:
    at_bank = sent(session, lines, month=month)
    said = _answers(at_bank)
    with _counted(session) as reply:
        assert at_bank.reply(said).state == "applied"
    assert at_bank.states() == ["rejected" if one.status == "RJCT" else "paid" for one in said]
    for line, one in zip(at_bank.lines(), said, strict=True):
        assert line.result_code == (one.code or one.status)
    with _counted(session) as notice:
        paid = [one for one in said if one.status != "RJCT"]
        assert at_bank.outcomes(at_bank.receive(_notice(month, paid))) == ["unchanged"] * len(paid)
    return len(said), reply, notice


def test_no_line_of_an_answer_costs_a_statement_or_a_trigger_of_its_own(made: Session) -> None:
    few, *counted_few = _booked(made, FEW, "2026-10")
    many, *counted_many = _booked(made, MANY, "2026-11")
    assert many > 3 * few > 12
    assert counted_few[0]["refuse_illegal_moves"] > 0
    assert counted_many == counted_few
