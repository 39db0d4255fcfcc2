"""A reply is believed whole or kept aside; believed, it moves what it names, once, and its money."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.ledger.models import LedgerEntry
from service.ledger.queries import balance, balances
from service.reconciliation.models import InboundFile
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.bank_adapters.makers import Told
from tests.factories.batches import PAY_DAY, account
from tests.service.reconciliation.answers import BANK, Sent, render, sent, yuan

CODES = ("ccb", "rural")


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four at each bank."""
    return sent(made)


def _nothing_moved(out: Sent, inbound: InboundFile, code: str) -> None:
    assert inbound.state == "quarantined"
    assert out.states(code) == ["sent"] * 4
    assert out.file(code).state == "delivered"
    assert balance(out.session, "settled:MZ15") == 0
    assert out.outcomes(inbound) == []


def _codes(inbound: InboundFile) -> set[str]:
    return {fault["code"] for fault in inbound.faults if fault["fatal"]}


@pytest.mark.parametrize("code", CODES)
def test_what_a_reply_says_moves_payments_and_money(out: Sent, code: str) -> None:
    amounts = [line.amount_fen for line in out.lines(code)]
    inbound = out.reply(out.told("ACSC", "RJCT", "ACSC", code=code), code)
    assert inbound.state == "applied"
    assert out.states(code) == ["paid", "rejected", "paid", "paid"]
    paid_fen = sum(amounts) - amounts[1]
    assert balance(out.session, "settled:MZ15") == paid_fen
    assert balance(out.session, f"in_transit:{code}:MZ15") == 0
    assert balance(out.session, "commitments:MZ15") == amounts[1], "what failed stays committed"
    assert sum(balances(out.session).values()) == 0
    rejected = out.lines(code)[1]
    assert (rejected.result_code, rejected.settled_on) == ("AC04", None)
    assert out.lines(code)[0].settled_on == PAY_DAY
    assert out.file(code).state == "answered"


def test_a_batch_is_answered_once_both_banks_have_answered(out: Sent) -> None:
    out.reply(out.told("ACSC"), "rural")
    assert out.batch.state == "sent"
    out.reply(out.told("ACSC", code="ccb"), "ccb")
    assert out.batch.state == "answered"


@pytest.mark.parametrize("code", CODES)
def test_the_same_bytes_again_change_nothing(out: Sent, code: str) -> None:
    said = out.told("ACSC", "RJCT", code=code)
    first = out.reply(said, code)
    before = balances(out.session)
    for visit in (2, 3):
        again = out.reply(said, code)
        assert (again.id, again.times_seen) == (first.id, visit)
    assert balances(out.session) == before
    assert len(out.outcomes(first)) == 4


def test_the_same_content_in_other_bytes_changes_nothing(out: Sent) -> None:
    out.reply(out.told("ACSC", "RJCT"))
    before, entries = balances(out.session), _entries(out.session)
    again = out.reply(out.told("ACSC", "RJCT"), extra=" ")
    assert again.state == "applied"
    assert out.outcomes(again) == ["unchanged"] * 4
    assert (balances(out.session), _entries(out.session)) == (before, entries)


def _entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


@pytest.mark.parametrize("code", CODES)
def test_a_reply_about_a_file_that_is_not_ours_is_kept_aside(out: Sent, code: str) -> None:
    inbound = out.reply(out.told("ACSC", code=code), code, file_reference="NOSUCHFILE")
    _nothing_moved(out, inbound, code)
    assert _codes(inbound) == {"file_unknown"}


def test_a_reply_about_another_banks_file_is_kept_aside(out: Sent) -> None:
    content = render("rural", out.told("ACSC"), file_reference=out.file("ccb").file_reference)
    inbound = out.receive(content, "rural")
    assert _codes(inbound) == {"file_unknown"}
    assert out.states("ccb") == ["sent"] * 4


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("change_fen", [1, -1, 99 * 40_000])
def test_a_reply_whose_total_is_not_what_was_sent_is_kept_aside(
    out: Sent, code: str, change_fen: int
) -> None:
    total = yuan(out.file(code).amount_fen + change_fen)
    inbound = out.reply(out.told("ACSC", code=code), code, total=total)
    _nothing_moved(out, inbound, code)
    assert any("total" in one or "sum" in one for one in _codes(inbound)), _codes(inbound)


@pytest.mark.parametrize("code", CODES)
def test_a_reply_whose_count_is_not_what_was_sent_is_kept_aside(out: Sent, code: str) -> None:
    inbound = out.reply(out.told("ACSC", code=code), code, count="5")
    _nothing_moved(out, inbound, code)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_a_truncated_reply_moves_not_even_what_it_still_names(
    out: Sent, code: str, share: float
) -> None:
    content = render(
        code, out.told("ACSC", code=code), file_reference=out.file(code).file_reference
    )
    inbound = out.receive(content[: int(len(content) * share)], code)
    _nothing_moved(out, inbound, code)
    whole = out.receive(content, code)
    assert whole.state == "applied"
    assert out.states(code) == ["paid"] * 4


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 99, b"<html><body>502</body></html>", b"PK\x03"]
)
@pytest.mark.parametrize("code", CODES)
def test_what_is_no_reply_is_kept_aside_and_kept_whole(
    out: Sent, code: str, content: bytes
) -> None:
    inbound = out.receive(content, code)
    _nothing_moved(out, inbound, code)
    assert inbound.faults
    assert content not in inbound.content_sealed or not content


def test_a_line_with_another_amount_moves_nothing_and_stays_as_an_exception(out: Sent) -> None:
    said = out.told("ACSC")
    other = (said[0].amount, said[1].amount)
    said[0], said[1] = said[0]._replace(amount=other[1]), said[1]._replace(amount=other[0])
    inbound = out.reply(said)
    assert inbound.state == "applied"
    assert out.outcomes(inbound) == ["amount_mismatch", "amount_mismatch", "moved", "moved"]
    assert out.states() == ["sent", "sent", "paid", "paid"]


def test_a_reference_that_nobody_knows_moves_nothing(out: Sent) -> None:
    said = out.told("ACSC")
    said[0] = said[0]._replace(reference="ZZZZZZZZZZZZZ")
    inbound = out.reply(said)
    assert out.outcomes(inbound) == ["unknown_reference", "moved", "moved", "moved"]
    assert out.states()[0] == "unknown", "the bank answered and did not name it"


def test_a_reference_of_another_file_moves_nothing_there(out: Sent) -> None:
    said = out.told("ACSC")
    elsewhere = out.lines("ccb")[0]
    said[0] = said[0]._replace(reference=elsewhere.reference)
    inbound = out.reply(said)
    assert out.outcomes(inbound)[0] == "wrong_file"
    assert out.states("ccb") == ["sent"] * 4


def test_a_reply_that_contradicts_itself_about_a_payment_moves_it_nowhere(out: Sent) -> None:
    said = out.told("ACSC")
    said[3] = Told(said[0].reference, said[0].amount, "RJCT", "AC04")
    total = sum(line.amount_fen for line in out.lines())
    inbound = out.reply(said, total=yuan(total))
    if inbound.state == "applied":
        assert out.outcomes(inbound)[0] == "contradiction"
    assert out.states()[0] != "paid"
    assert out.states()[0] != "rejected"


@pytest.mark.parametrize(("first", "then"), [("ACSC", "RJCT"), ("RJCT", "ACSC")])
def test_a_later_reply_that_says_the_opposite_moves_nothing_and_is_an_exception(
    out: Sent, first: str, then: str
) -> None:
    out.reply(out.told(first))
    states, money = out.states(), balances(out.session)
    inbound = out.reply(out.told(then))
    assert inbound.state == "applied"
    assert out.outcomes(inbound) == ["contradiction"] * 4
    assert (out.states(), balances(out.session)) == (states, money)


@pytest.mark.parametrize("code", CODES)
def test_what_an_answer_leaves_out_is_unknown_until_a_later_one_names_it(
    out: Sent, code: str
) -> None:
    said = out.told("ACSC", "RJCT", "ACSC", code=code)
    total, count = yuan(out.file(code).amount_fen), str(out.file(code).count)
    out.reply(said[:3], code, total=total, count=count)
    assert out.states(code) == ["paid", "rejected", "paid", "unknown"]
    last_fen = out.lines(code)[3].amount_fen
    assert balance(out.session, f"in_transit:{code}:MZ15") == last_fen
    out.reply(said, code)
    assert out.states(code) == ["paid", "rejected", "paid", "paid"]
    assert balance(out.session, f"in_transit:{code}:MZ15") == 0


def test_an_answer_that_says_not_yet_moves_nothing(out: Sent) -> None:
    inbound = out.reply(out.told("PDNG"))
    assert out.states() == ["sent"] * 4
    assert out.file().state == "delivered"
    assert out.outcomes(inbound) == ["unchanged"] * 4


def test_a_refused_file_rejects_every_payment_with_the_banks_reason(out: Sent) -> None:
    reference = out.file().file_reference
    out.receive(
        (
            '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">'
            f"<CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{reference}</OrgnlMsgId>"
            "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>余额不足</AddtlInf>"
            "</StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
        ).encode()
    )
    assert out.states() == ["rejected"] * 4
    assert {line.result_code for line in out.lines()} == {"AM04"}
    assert {line.result_reason for line in out.lines()} == {"余额不足"}
    assert balance(out.session, "settled:MZ15") == 0


def test_a_file_called_a_repetition_is_not_believed_to_have_failed(out: Sent) -> None:
    reference = out.file().file_reference
    out.receive(
        (
            '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">'
            f"<CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{reference}</OrgnlMsgId>"
            "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DU01</Cd></Rsn></StsRsnInf>"
            "</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
        ).encode()
    )
    assert out.states() == ["sent"] * 4


def test_a_late_answer_about_a_reissued_line_pays_it_in_no_books(out: Sent) -> None:
    out.reply(out.told("RJCT", "ACSC"))
    old = out.lines()[0]
    account(out.session.get_one(Person, old.payee_person_id))
    assert reissue(out.session, "MZ15", "2026-10", by=BANK) is not None
    late = out.reply(out.told("ACSC"))
    assert out.outcomes(late)[0] == "contradiction"
    assert out.states()[0] == "reissued"


def test_every_answer_leaves_an_entry_without_anybodys_data(out: Sent) -> None:
    inbound = out.reply(out.told("ACSC", "RJCT"))
    entries = out.session.scalars(
        select(AuditEntry).where(AuditEntry.object_id == str(inbound.id)).order_by(AuditEntry.at)
    ).all()
    assert {entry.act for entry in entries} >= {
        "inbound_file.applied",
        "payment.paid",
        "payment.rejected",
    }
    names = set(out.session.scalars(select(Payment.payee_name)))
    for entry in entries:
        told = entry.canonical.decode()
        assert not any(name and name in told for name in names)
