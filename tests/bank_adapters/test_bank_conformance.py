"""What every bank adapter must do, whichever bank it speaks to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bank_adapters import (
    BankAdapter,
    CannotWrite,
    Reply,
    State,
    UnknownProfile,
    adapter_for,
    profiles,
)
from bank_adapters.assign import assign
from tests.bank_adapters.answers import (
    answer,
    answer_name,
    says_why,
    shape_of,
    states_its_end,
    texts_in,
)
from tests.bank_adapters.makers import HEADER, Told, fen, instruction, instructions, told

ADAPTERS = [adapter_for(profile.name) for profile in profiles()]


@pytest.fixture(params=ADAPTERS, ids=[adapter.profile.name for adapter in ADAPTERS])
def adapter(request: pytest.FixtureRequest) -> BankAdapter:
    """Every adapter in turn."""
    found: BankAdapter = request.param
    return found


def read(adapter: BankAdapter, said: Sequence[Told]) -> Reply:
    """Read the hand-made answer under the name this bank gives it."""
    content = answer(adapter.profile.name, said)
    return adapter.read_reply(answer_name(adapter.profile), content)


def codes_of(adapter: BankAdapter, **changes: object) -> set[str]:
    """Return the fatal codes of a payment changed like this."""
    return {one.code for one in adapter.check(instruction(1, **changes)) if one.fatal}


def test_every_profile_has_its_adapter_and_an_unknown_name_is_refused() -> None:
    assert {"iso20022", "ccb", "ccb-sheet", "icbc-bxt"} <= {one.name for one in profiles()}
    with pytest.raises(UnknownProfile, match="iso20022"):
        adapter_for("no-such-bank")


def test_the_same_payments_give_the_same_bytes(adapter: BankAdapter) -> None:
    first = adapter.write(HEADER, instructions(20))
    second = adapter_for(adapter.profile.name).write(HEADER, instructions(20))
    assert first == second
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    assert first.sm3 == hashlib.new("sm3", first.content).hexdigest()
    assert (first.count, first.amount_fen) == (20, sum(10_000 + n for n in range(1, 21)))


def test_any_changed_payment_changes_the_bytes(adapter: BankAdapter) -> None:
    others = instructions(adapter.profile.min_lines)[1:]
    plain = adapter.write(HEADER, [instruction(), *others])
    changes: dict[str, object] = {
        "reference": "OTHER",
        "account_no": "6222600260001072451",
        "account_name": "王秀英",
        "amount_fen": 1,
        "bank_code": "105100000017",
        "bank_name": "建设银行",
        "purpose": "别的",
    }
    for field, value in changes.items():
        changed = adapter.write(HEADER, [instruction(1, **{field: value}), *others])
        assert (changed.sha256 != plain.sha256) is (field in adapter.profile.carries), field


def test_a_good_payment_has_no_fault_at_all(adapter: BankAdapter) -> None:
    assert adapter.check(instruction()) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("reference", "", "reference_malformed"),
        ("reference", "A" * 17, "reference_malformed"),
        ("reference", "A_1", "reference_malformed"),
        ("reference", "王1", "reference_malformed"),
        ("reference", "１２３", "reference_malformed"),
        ("account_no", "", "account_malformed"),
        ("account_no", "6222 6002", "account_malformed"),
        ("account_no", "1" * 33, "account_malformed"),
        ("account_no", "６２２２", "account_malformed"),
        ("account_name", "", "text_missing"),
        ("account_name", "\u3000", "text_missing"),
        ("account_name", "王\n英", "control_character"),
        ("account_name", "王\x00英", "control_character"),
        ("account_name", "王\u200b英", "control_character"),
        ("account_name", "王\u202e英", "control_character"),
        ("account_name", "王\ud800", "control_character"),
        ("account_name", "王\uffff", "control_character"),
        ("account_name", "=HYPERLINK(1)", "formula_start"),
        ("account_name", "＝王", "formula_start"),
        ("account_name", "王" * 61, "too_many_bytes"),
        ("purpose", "", "text_missing"),
        ("purpose", "津" * 61, "too_many_bytes"),
        ("bank_name", "", "text_missing"),
        ("amount_fen", 0, "amount_not_positive"),
        ("amount_fen", -1, "amount_not_positive"),
        ("amount_fen", 12.5, "amount_not_positive"),
        ("amount_fen", True, "amount_not_positive"),
        ("amount_fen", 10**15, "amount_over_limit"),
        ("bank_code", "102100099997", "bank_code_wrong"),
        ("bank_code", "1021", "bank_code_wrong"),
        ("bank_code", "002100099996", "bank_code_wrong"),
        ("bank_code", "", "bank_code_wrong"),
    ],
)
def test_what_a_bank_cannot_take_is_refused_before_sending(
    adapter: BankAdapter, field: str, value: object, code: str
) -> None:
    assert code in codes_of(adapter, **{field: value})
    with pytest.raises(CannotWrite) as refused:
        adapter.write(HEADER, [instruction(), instruction(2, **{field: value})])
    assert code in {fault.code for fault in refused.value.faults}
    assert {fault.line for fault in refused.value.faults if fault.code == code} == {2}


def test_every_fault_of_a_line_is_told_not_only_the_first(adapter: BankAdapter) -> None:
    found = codes_of(adapter, account_no="", account_name="", amount_fen=0, bank_code="")
    assert {"account_malformed", "text_missing", "amount_not_positive", "bank_code_wrong"} <= found


def test_a_wrong_card_digit_only_warns(adapter: BankAdapter) -> None:
    warned = adapter.check(instruction(account_no="6222600260001072445"))
    assert [(one.code, one.fatal) for one in warned] == [("account_luhn", False)]
    others = instructions(adapter.profile.min_lines)[1:]
    written = adapter.write(HEADER, [instruction(account_no="6222600260001072445"), *others])
    assert written.count == adapter.profile.min_lines


def test_a_passbook_number_is_not_judged_as_a_card(adapter: BankAdapter) -> None:
    assert adapter.check(instruction(account_no="0200000001")) == []


def test_a_name_with_blanks_at_its_edges_is_warned_about_and_sent_as_it_is(
    adapter: BankAdapter,
) -> None:
    found = adapter.check(instruction(account_name="王秀英 "))
    if any(one.fatal for one in found):
        assert [one.code for one in found] == ["blank_at_edge", "blank_inside"]
        return
    assert [one.code for one in found] == ["blank_at_edge"]
    others = instructions(adapter.profile.min_lines)[1:]
    written = adapter.write(HEADER, [instruction(account_name="王秀英 "), *others])
    assert any("王秀英 " in text for text in texts_in(adapter.profile, written.content))


def test_limits_of_the_profile_are_kept_to_the_byte(adapter: BankAdapter) -> None:
    limit = adapter.profile.name_bytes_max
    assert codes_of(adapter, account_name="王" * (limit // 2)) == set()
    assert codes_of(adapter, account_name="王" * (limit // 2) + "a") == {"too_many_bytes"}
    assert codes_of(adapter, amount_fen=adapter.profile.amount_fen_max) == set()
    assert codes_of(adapter, amount_fen=adapter.profile.amount_fen_max + 1) == {"amount_over_limit"}


def test_a_file_needs_a_payment_and_no_more_than_the_bank_takes(adapter: BankAdapter) -> None:
    with pytest.raises(CannotWrite, match="too_few_lines"):
        adapter.write(HEADER, [])
    small = type(adapter)(replace(adapter.profile, max_lines=20))  # type: ignore[call-arg]
    assert small.write(HEADER, instructions(20)).count == 20
    with pytest.raises(CannotWrite, match="too_many_lines"):
        small.write(HEADER, instructions(21))


def test_one_reference_stands_once_in_a_file(adapter: BankAdapter) -> None:
    with pytest.raises(CannotWrite, match="reference_twice"):
        adapter.write(HEADER, [instruction(1), instruction(1)])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"file_reference": ""}, "file_reference_malformed"),
        ({"file_reference": "A" * 36}, "file_reference_malformed"),
        ({"file_reference": "../etc"}, "file_reference_malformed"),
        ({"created_at": datetime(2026, 11, 23)}, "created_at_without_zone"),  # noqa: DTZ001
        ({"debtor_name": ""}, "text_missing"),
        ({"debtor_account": "1 2"}, "account_malformed"),
        ({"debtor_bank_code": "1"}, "bank_code_wrong"),
        ({"programme_summary": "a\x07"}, "control_character"),
    ],
)
def test_a_wrong_header_is_refused(
    adapter: BankAdapter, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(CannotWrite) as refused:
        adapter.write(replace(HEADER, **changes), [instruction()])  # type: ignore[arg-type]
    assert code in {fault.code for fault in refused.value.faults}


def test_a_refusal_never_says_who_was_meant(adapter: BankAdapter) -> None:
    bad = instruction(account_name="欧阳秀英\x00", account_no="6222-9999")
    with pytest.raises(CannotWrite) as refused:
        adapter.write(HEADER, [bad])
    said = str(refused.value) + repr(refused.value.faults) + repr(bad)
    said += "".join(one.sentence_en + one.sentence_zh for one in refused.value.faults)
    assert "欧阳秀英" not in said
    assert "6222-9999" not in said
    assert "6222-9999" in {fault.value for fault in refused.value.faults}


def test_a_hand_made_answer_brings_every_payment_home(adapter: BankAdapter) -> None:
    payments = instructions(5)
    said = told(payments)
    said[1] = said[1]._replace(status="RJCT", code="AC04", words="账户已销户")
    said[2] = said[2]._replace(status="PDNG")
    reply = assign(read(adapter, said), payments)
    assert reply.faults == ()
    assert reply.believable
    assert reply.file_reference == HEADER.file_reference
    assert [(one.reference, one.amount_fen) for one in reply.records] == [
        (one.reference, one.amount_fen) for one in payments
    ]
    assert [one.state for one in reply.records] == [
        State.PAID,
        State.REJECTED,
        State.IN_TRANSIT,
        State.PAID,
        State.PAID,
    ]
    if says_why(adapter.profile):
        assert (reply.records[1].code, reply.records[1].reason) == ("AC04", "账户已销户")
    assert reply.totals.listed_count == 5
    assert reply.totals.listed_fen == sum(fen(t.amount) for t in said)
    assert reply.totals.stated_count in {None, 5}
    assert reply.totals.stated_fen in {None, sum(fen(t.amount) for t in said)}
    assert reply.silence_means is State.IN_TRANSIT


@pytest.mark.parametrize("code", ["DU01", "DU05", "AM05", "DUPL", "AB05", "AB08"])
def test_a_duplicate_or_a_time_out_is_unknown_not_failed(adapter: BankAdapter, code: str) -> None:
    if not says_why(adapter.profile):
        # Where a bank gives no reason, "failed" is all there is to read.
        assert {cell.value for cell in shape_of(adapter.profile)} >= {"result", "amount_done"}
        return
    reply = read(adapter, [Told("PAY0000001", "100.01", "RJCT", code)])
    assert [(one.state, one.code) for one in reply.records] == [(State.UNKNOWN, code)]


def test_a_status_nobody_knows_is_unknown_and_said(adapter: BankAdapter) -> None:
    reply = read(adapter, [Told("PAY0000001", "100.01", "XYZW")])
    assert [one.state for one in reply.records] == [State.UNKNOWN]
    assert [(one.code, one.fatal) for one in reply.faults] == [("status_unknown", False)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<!DOCTYPE html><html><body>503</body></html>", "html_page"),
        (b"\r\n <HTML><head></head></HTML>", "html_page"),
    ],
)
def test_what_is_not_a_bank_file_is_refused_whole(
    adapter: BankAdapter, content: bytes, code: str
) -> None:
    for faults in (
        adapter.read_reply("x", content).faults,
        adapter.read_statement(content).faults,
    ):
        assert [(one.code, one.fatal) for one in faults] == [(code, True)]


def test_a_reply_cut_off_anywhere_gives_no_record(adapter: BankAdapter) -> None:
    whole, name = answer(adapter.profile.name, told(instructions(4))), answer_name(adapter.profile)
    assert len(adapter.read_reply(name, whole).records) == 4
    # A process is started for each .xls: a few places are enough there.
    step = len(whole) // 3 if adapter.profile.file_suffix == ".xls" else 1
    for cut in range(0, len(whole.rstrip()), step):
        reply = adapter.read_reply(name, whole[:cut])
        if not states_its_end(adapter.profile) and whole[:cut].endswith(b"\n"):
            # Nothing in such a file says that lines are missing: what is there is true, what is
            # not there is silence, and whoever knows what was sent sees the difference.
            codes = {one.code for one in assign(reply, instructions(4)).faults}
            assert not reply.records or "reply_incomplete" in codes
            continue
        assert not reply.believable, cut
        assert reply.records == (), cut
        assert reply.silence_means is State.UNKNOWN, cut


def test_a_file_beyond_the_limit_is_refused_unread(adapter: BankAdapter) -> None:
    small = type(adapter)(replace(adapter.profile, max_reply_bytes=10))  # type: ignore[call-arg]
    reply = small.read_reply("x", answer(adapter.profile.name, told(instructions(1))))
    assert [one.code for one in reply.faults] == ["file_too_large"]


def test_totals_off_by_one_fen_or_a_hundredfold_are_refused(adapter: BankAdapter) -> None:
    said = [Told("PAY0000001", "100.00"), Told("PAY0000002", "200.01")]
    name, whole = answer_name(adapter.profile), answer(adapter.profile.name, said)
    reply = adapter.read_reply(name, whole)
    assert reply.believable
    if reply.totals.stated_fen is None:
        return
    for wrong_fen, code in ((30_002, "total_differs"), (3_000_100, "total_factor_100")):
        wrong = answer(adapter.profile.name, said, total_fen=wrong_fen)
        refused = adapter.read_reply(name, wrong)
        assert code in {fault.code for fault in refused.faults if fault.fatal}
        assert refused.records == ()
