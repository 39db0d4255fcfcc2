"""What is frozen is not edited and what is recorded is not undone, also not by direct SQL."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import DateTime, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import Base
from tests.factories.banks import BankFileFactory
from tests.factories.batches import BatchFactory, PaymentFactory, account
from tests.factories.residents import PersonFactory
from tests.migrations.conftest import Refused, unguarded

NEVER_ON_A_PAYMENT = {
    "programme": "'MZ16'",
    "period": "'2026-11'",
    "line_type": "'arrears'",
    "attempt": "7",
    "subject_kind": "'household'",
    "subject_id": "subject_id + 1",
    "amount_fen": "amount_fen + 1",
    "decision_id": "1",
    "replaces_id": "id",
}
NOT_ON_A_FROZEN_PAYMENT = {
    "batch_id": "gen_random_uuid()",
    "payee_person_id": "payee_person_id + 1",
    "payee_name": "payee_name || '甲'",
    "account_id": "NULL",
    "channel_id": "gen_random_uuid()",
}
PAST_THE_FREEZE = ("frozen", "sent", "paid", "rejected", "unknown", "returned", "reissued")
NEVER_ON_A_BATCH = {
    "batch_no": "batch_no || 'x'",
    "programme": "'MZ16'",
    "month": "'2026-11'",
    "run_no": "run_no + 1",
    "kind": "'reissue'",
    "salt": "'\\x00'",
    "snapshot_digest": "'other'",
    "rule_digest": "'other'",
}
NOT_ON_A_FROZEN_BATCH = {
    "frozen_count": "coalesce(frozen_count, 0) + 1",
    "frozen_fen": "coalesce(frozen_fen, 0) + 1",
    "lines_root": "'\\x01'",
}
NEVER_ON_A_BANK_FILE = {
    "batch_id": "gen_random_uuid()",
    "channel_id": "gen_random_uuid()",
    "file_reference": "file_reference || 'x'",
    "file_name": "file_name || 'x'",
    "content_sealed": "content_sealed || '\\x00'",
    "sha256": "'other'",
    "sm3": "'other'",
    "size_bytes": "size_bytes + 1",
    "count": "count + 1",
    "amount_fen": "amount_fen + 1",
    "execution_date": "execution_date + 1",
}
APPEND_ONLY = (
    "assessments",
    "audit_checkpoints",
    "audit_entries",
    "audit_leaves",
    "bank_days",
    "bank_statements",
    "batch_acts",
    "notice_checks",
    "notice_lines",
    "notices",
    "decisions",
    "exception_answers",
    "exception_assignments",
    "exception_decided",
    "exception_decisions",
    "ledger_entries",
    "ledger_postings",
    "manifests",
    "reply_lines",
    "rule_set_versions",
    "signatures",
    "snapshots",
    "statement_lines",
)
NEVER_DELETED: dict[str, Callable[..., Any]] = {
    "payments": PaymentFactory.create,
    "batches": BatchFactory.create,
    "bank_files": BankFileFactory.create,
}


def _payment(session: Session, state: str) -> int:
    person = PersonFactory.create()
    line = PaymentFactory.create(payee_person_id=person.id, account_id=account(person).id)
    _set_state(session, "payments", line.id, state)
    number: int = line.id
    return number


def _set_state(session: Session, table: str, row: object, state: str) -> None:
    with unguarded(session):
        session.execute(
            text(f"UPDATE {table} SET state = :state WHERE id = :id"), {"state": state, "id": row}
        )


@pytest.mark.parametrize("state", ["held", "ready", "frozen", "paid"])
@pytest.mark.parametrize("column", sorted(NEVER_ON_A_PAYMENT))
def test_a_payment_is_never_edited(
    made: Session, refused: Refused, column: str, state: str
) -> None:
    line = _payment(made, state)
    said = refused(
        f"UPDATE payments SET {column} = {NEVER_ON_A_PAYMENT[column]} WHERE id = :id", id=line
    )
    assert "a payment is never edited" in said


@pytest.mark.parametrize("state", PAST_THE_FREEZE)
@pytest.mark.parametrize("column", sorted(NOT_ON_A_FROZEN_PAYMENT))
def test_a_frozen_payment_keeps_its_payee(
    made: Session, refused: Refused, column: str, state: str
) -> None:
    line = _payment(made, state)
    said = refused(
        f"UPDATE payments SET {column} = {NOT_ON_A_FROZEN_PAYMENT[column]} WHERE id = :id", id=line
    )
    assert "a payment is never edited" in said


def test_a_ready_payment_stays_in_its_batch(made: Session, refused: Refused) -> None:
    line = _payment(made, "ready")
    said = refused("UPDATE payments SET batch_id = gen_random_uuid() WHERE id = :id", id=line)
    assert "a payment is never edited" in said


@pytest.mark.parametrize("state", ["held", "ready"])
def test_before_the_freeze_a_payee_may_be_corrected(made: Session, state: str) -> None:
    line = _payment(made, state)
    made.execute(text("UPDATE payments SET payee_name = '更正' WHERE id = :id"), {"id": line})


def test_a_payment_keeps_its_number(made: Session, refused: Refused) -> None:
    line = _payment(made, "ready")
    said = refused("UPDATE payments SET id = DEFAULT WHERE id = :id", id=line)
    assert "a payment is never edited" in said


def test_the_guard_of_a_payment_wakes_for_every_column_that_it_judges(session: Session) -> None:
    """It is asked only where one of these columns changes; see migration 0043."""
    wakes, judges = session.execute(
        text(
            "SELECT pg_get_triggerdef(oid), pg_get_functiondef(tgfoid) FROM pg_trigger "
            "WHERE tgrelid = 'payments'::regclass AND tgname = 'never_edited'"
        )
    ).one()
    judged = set(re.findall(r"(?:NEW|OLD)\.([a-z_]+)", judges)) - {"id", "state"}
    assert judged >= set(NEVER_ON_A_PAYMENT) | set(NOT_ON_A_FROZEN_PAYMENT)
    assert judged == set(re.findall(r"new\.([a-z_]+)", wakes))
    assert judged == set(re.findall(r"old\.([a-z_]+)", wakes))


def test_an_edit_cannot_hide_behind_a_legal_move(made: Session, refused: Refused) -> None:
    line = _payment(made, "ready")
    for edit in ("amount_fen = 1", "subject_id = 1"):
        said = refused(f"UPDATE payments SET state = 'frozen', {edit} WHERE id = :id", id=line)
        assert "a payment is never edited" in said
    frozen = _payment(made, "frozen")
    said = refused(
        "UPDATE payments SET state = 'sent', account_id = NULL WHERE id = :id", id=frozen
    )
    assert "a payment is never edited" in said


@pytest.mark.parametrize("state", ["draft", "frozen", "signed"])
@pytest.mark.parametrize("column", sorted(NEVER_ON_A_BATCH))
def test_what_a_batch_is_never_changes(
    made: Session, refused: Refused, column: str, state: str
) -> None:
    batch = BatchFactory.create()
    _set_state(made, "batches", batch.id, state)
    said = refused(
        f"UPDATE batches SET {column} = {NEVER_ON_A_BATCH[column]} WHERE id = :id", id=batch.id
    )
    assert "a frozen batch is never edited" in said


@pytest.mark.parametrize("state", ["frozen", "noticed", "approved", "prepared", "signed", "sent"])
@pytest.mark.parametrize("column", sorted(NOT_ON_A_FROZEN_BATCH))
def test_a_frozen_batch_keeps_its_totals_and_root(
    made: Session, refused: Refused, column: str, state: str
) -> None:
    batch = BatchFactory.create()
    _set_state(made, "batches", batch.id, state)
    said = refused(
        f"UPDATE batches SET {column} = {NOT_ON_A_FROZEN_BATCH[column]} WHERE id = :id", id=batch.id
    )
    assert "a frozen batch is never edited" in said


@pytest.mark.parametrize("column", sorted(NEVER_ON_A_BANK_FILE))
def test_a_bank_file_is_never_edited(made: Session, refused: Refused, column: str) -> None:
    file = BankFileFactory.create()
    said = refused(
        f"UPDATE bank_files SET {column} = {NEVER_ON_A_BANK_FILE[column]} WHERE id = :id",
        id=file.id,
    )
    assert "the bytes of a bank file are never edited" in said


# The first byte of a sealed value is the version of its key; a fresh file's is version 1.
_SAME_VERSION = "set_byte(content_sealed, 20, (get_byte(content_sealed, 20) + 1) % 256)"
_OLDER = "set_byte(content_sealed, 0, 0)"
_NEWER = "set_byte(content_sealed, 0, 2)"


@pytest.mark.parametrize(
    "content", [_SAME_VERSION, _OLDER, f"{_NEWER} || '\\x00'", f"substring({_NEWER} from 1 for 40)"]
)
def test_a_bank_file_is_not_resealed_under_the_same_or_an_older_key_nor_at_another_length(
    made: Session, refused: Refused, content: str
) -> None:
    file = BankFileFactory.create()
    said = refused(f"UPDATE bank_files SET content_sealed = {content} WHERE id = :id", id=file.id)
    assert "the bytes of a bank file are never edited" in said


def test_a_bank_file_may_be_resealed_under_a_newer_key_and_nothing_else_with_it(
    made: Session, refused: Refused
) -> None:
    file = BankFileFactory.create()
    for column in sorted({*NEVER_ON_A_BANK_FILE} - {"content_sealed"}):
        said = refused(
            f"UPDATE bank_files SET content_sealed = {_NEWER}, "
            f"{column} = {NEVER_ON_A_BANK_FILE[column]} WHERE id = :id",
            id=file.id,
        )
        assert "the bytes of a bank file are never edited" in said
    made.execute(
        text(f"UPDATE bank_files SET content_sealed = {_NEWER} WHERE id = :id"), {"id": file.id}
    )


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_recorded_is_neither_changed_nor_deleted_nor_emptied(
    made: Session, refused: Refused, table: str
) -> None:
    _any_row(made, table)
    column = next(iter(Base.metadata.tables[table].primary_key.columns)).name
    for statement in (
        f'UPDATE {table} SET "{column}" = "{column}"',
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        assert f"{table} is never changed or deleted" in refused(statement)


@pytest.mark.parametrize("table", sorted(NEVER_DELETED))
def test_payments_batches_and_bank_files_are_never_deleted(
    made: Session, refused: Refused, table: str
) -> None:
    row = NEVER_DELETED[table]()
    assert "is never changed or deleted" in refused(
        f"DELETE FROM {table} WHERE id = :id", id=row.id
    )
    assert "is never changed or deleted" in refused(f"TRUNCATE {table} CASCADE")


def test_emptying_another_table_does_not_reach_what_is_recorded(
    made: Session, refused: Refused
) -> None:
    for table in ("officers", "bank_channels", "persons", "ledger_accounts"):
        assert "is never changed or deleted" in refused(f"TRUNCATE {table} CASCADE")


_NOT_ANYTHING: dict[str, dict[str, Any]] = {
    "decisions": {"outcome": "unknown"},
    "notices": {"number": "x", "counted": "natural", "shows": "counts", "unknown_years": []},
    "notice_checks": {"reason": "not_asked"},
    "exception_answers": {"outcome": "confirmed"},
}
"""Where a constraint says what a column may hold."""


def _any_row(session: Session, table: str) -> None:
    """Insert a row of made-up values, whatever it refers to."""
    values: dict[str, Any] = {}
    for column in Base.metadata.tables[table].columns:
        if column.nullable or column.identity is not None:
            continue
        values[column.name] = _any_value(column.type)
    values |= _NOT_ANYTHING.get(table, {})
    with unguarded(session):
        session.execute(Base.metadata.tables[table].insert(), [values])


def _any_value(kind: object) -> object:
    for known, value in (
        (Uuid, uuid4()),
        (LargeBinary, b"x"),
        (DateTime, clock.now()),
        (JSONB, {}),
        (Text, "x"),
    ):
        if isinstance(kind, known):
            return value
    return clock.today() if str(kind) == "DATE" else 1
