"""Whatever bytes come, a reader answers with faults or with records that stand in those bytes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bank_adapters import Reply, State, adapter_for, profiles
from bank_adapters.assign import assign
from tests.bank_adapters.answers import answer, answer_name
from tests.bank_adapters.makers import CARD, RESULT_WORDS, Told, fen, instruction, pain002, sheet

FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Each .xls is read in a process of its own: those are tried fewer times, in test_sheet_damage.
NAMES = [profile.name for profile in profiles() if profile.file_suffix != ".xls"]
SAID = [
    Told("PAY0000001", "100.01"),
    Told("PAY0000002", "100.02", "RJCT", "AC04", "账户已销户"),
    Told("PAY0000003", "100.03", "PDNG"),
]
STATEMENT = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
    b"<ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><Othr><Id>4000021209014411111</Id></Othr></Id></Acct>"
    b'<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">5.00</Amt>'
    b"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-25</Dt></Dt></Bal>"
    b'<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">4.00</Amt>'
    b"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-25</Dt></Dt></Bal>"
    b'<Ntry><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    b"<BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>PAY0000001"
    b"</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
)

edits = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from([b"|", b"\r\n", b"<", b">", b"&x;", b"\x00", b"0", b"\xff", b"-"]),
        ),
    ),
    max_size=4,
)


def edited(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Return content with pieces replaced at some places."""
    for place, length, piece in changes:
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + length :]
    return content


def check_honest(reply: Reply, decoded: str) -> None:
    """A reply is refused whole, or each of its records stands in the file."""
    if not reply.believable:
        assert reply.records == ()
        assert reply.silence_means is State.UNKNOWN
        return
    named = [(one.reference, one.serial, one.account_no, one.amount_fen) for one in reply.records]
    assert len(set(named)) == len(named)
    for record in reply.records:
        assert not decoded or record.reference in decoded
        if record.amount_fen is not None:
            assert record.amount_fen > 0
    if reply.totals.stated_count is not None:
        assert len(reply.records) <= reply.totals.stated_count


@FUZZ
@given(name=st.sampled_from(NAMES), content=st.binary(max_size=300))
def test_any_bytes_end_in_faults(name: str, content: bytes) -> None:
    adapter = adapter_for(name)
    assert not adapter.read_reply("x", content).believable
    assert not adapter.read_statement(content).believable


@FUZZ
@given(name=st.sampled_from(NAMES), changes=edits)
def test_a_damaged_reply_never_invents_a_record(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    content = edited(answer(name, SAID), changes)
    adapter = adapter_for(name)
    reply = adapter.read_reply(answer_name(adapter.profile), content)
    packed = content.startswith(b"PK")  # Its own checksums guard it.
    check_honest(reply, "" if packed else content.decode(adapter.profile.file_encoding, "replace"))


@FUZZ
@given(changes=edits)
def test_a_damaged_statement_is_refused_or_still_adds_up(
    changes: list[tuple[int, int, bytes]],
) -> None:
    found = adapter_for("iso20022").read_statement(edited(STATEMENT, changes))
    if not found.believable:
        assert found.statements == ()
    for day in found.statements:
        reached = day.opening_fen + sum(one.signed_fen for one in day.entries)
        assert reached == day.closing_fen
        assert all(one.amount_fen > 0 for one in day.entries)


references = st.integers(1, 9999999).map(lambda number: f"PAY{number:07d}")
said = st.lists(
    st.builds(
        Told,
        reference=references,
        amount=st.integers(1, 10**9).map(lambda n: f"{n // 100}.{n % 100:02d}"),
        status=st.sampled_from(sorted(RESULT_WORDS)),
        code=st.just(""),
        words=st.just(""),
        account_no=st.just(CARD),
        account_name=st.just("阿依古丽·买买提"),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.reference,
)


@FUZZ
@given(name=st.sampled_from(NAMES), payments=said)
def test_every_well_made_reply_comes_back_exactly(name: str, payments: list[Told]) -> None:
    adapter = adapter_for(name)
    coded = [one._replace(code="AC04") if one.status == "RJCT" else one for one in payments]
    if "reference" not in adapter.profile.carries:
        coded = list({one.amount: one for one in coded}.values())
    reply = adapter.read_reply(answer_name(adapter.profile), answer(name, coded))
    sent = [
        instruction(1, reference=one.reference, amount_fen=fen(one.amount), account_no=CARD)
        for one in coded
    ]
    reply = assign(reply, sent)
    assert reply.faults == ()
    assert [(one.reference, one.amount_fen) for one in reply.records] == [
        (one.reference, fen(one.amount)) for one in coded
    ]
    states = {"ACSC": State.PAID, "RJCT": State.REJECTED, "PDNG": State.IN_TRANSIT}
    assert [one.state for one in reply.records] == [states[one.status] for one in coded]


@FUZZ
@given(payments=said, off=st.integers(-(10**9), 10**9).filter(bool))
def test_no_wrong_total_is_ever_believed(payments: list[Told], off: int) -> None:
    right = sum(fen(one.amount) for one in payments)
    wrong = abs(right + off)
    if wrong == right:
        wrong += 1
    total = f"{wrong // 100}.{wrong % 100:02d}"
    assert not adapter_for("iso20022").read_reply("x", pain002(payments, total=total)).believable
    text = sheet(payments, total=total)
    assert not adapter_for("ccb").read_reply("x", text.encode("gb18030")).believable


def test_faults_never_carry_values_into_their_repr() -> None:
    text = sheet(SAID).replace("PAY0000001", "张三丰的账号")
    faults = adapter_for("ccb").read_reply("x", text.encode("gb18030")).faults
    assert any("张三丰" in one.value for one in faults)
    assert "张三丰" not in repr(faults)
    assert not any("张三丰" in one.sentence_en + one.sentence_zh for one in faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_answer_repeated_in_one_file_is_refused(name: str) -> None:
    content = answer(name, SAID)
    assert not adapter_for(name).read_reply("x", content + content).believable


@pytest.mark.parametrize("name", ["icbc-three-columns", "local-sheet"])
def test_two_old_workbooks_in_one_file_are_refused(name: str) -> None:
    content = answer(name, SAID)
    assert not adapter_for(name).read_reply("x", content + content).believable
