"""Put what a file says into a staging table, so that it is compared in sets and not line by line."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from bank_adapters import ReplyRecord, StatementEntry
from service.foundation.encryption import sealer
from service.foundation.ids import number_of
from service.foundation.logs import without_numbers
from service.reconciliation.references import spans_of

_LINES = """
CREATE TEMP TABLE IF NOT EXISTS staged_lines (
    n bigint, line bigint, reference text, number bigint, said text, amount_fen bigint,
    code text, reason text, serial bigint, bank_reference text, card_index bytea, name text
) ON COMMIT DROP
"""
_SPANS = """
CREATE TEMP TABLE IF NOT EXISTS staged_spans (n bigint, from_id bigint, before_id bigint)
ON COMMIT DROP
"""
_MATCHED = """
CREATE TEMP TABLE IF NOT EXISTS matched_lines (
    n bigint, payment_id bigint, matched_by text) ON COMMIT DROP
"""
_JUDGED = """
CREATE TEMP TABLE IF NOT EXISTS judged_lines (
    n bigint, payment_id bigint, bank_file_id uuid, matched_by text, said text,
    outcome text, code text, reason text) ON COMMIT DROP
"""
_MISNAMED = "CREATE TEMP TABLE IF NOT EXISTS misnamed_lines (n bigint) ON COMMIT DROP"
_ENTRIES = """
CREATE TEMP TABLE IF NOT EXISTS staged_entries (
    n bigint PRIMARY KEY, ordinal text, kind text, signed_fen bigint, reference text, number bigint,
    file_reference text, bank_reference text, reason_code text, value_on date) ON COMMIT DROP
"""
_BOOKED = """
CREATE TEMP TABLE IF NOT EXISTS judged_entries (
    n bigint PRIMARY KEY, payment_id bigint, programme text, before text, bank_file_id uuid,
    file_reference text, matched text) ON COMMIT DROP
"""


class Staged(NamedTuple):
    """How many lines were staged, and how many of them name a payee."""

    lines: int
    names: int


def stage_lines(session: Session, records: Iterable[ReplyRecord]) -> Staged:
    """Fill ``staged_lines`` and ``staged_spans`` afresh; both end with the transaction.

    Account numbers are staged as their blind index only.
    """
    for statement in (_LINES, _SPANS, _MATCHED, _JUDGED, _MISNAMED):
        session.execute(text(statement))
    session.execute(
        text("TRUNCATE staged_lines, staged_spans, matched_lines, judged_lines, misnamed_lines")
    )
    count = names = 0
    spans: list[tuple[int, int, int]] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal count, names
        seal, said = sealer(), lru_cache(maxsize=4096)(_said)
        for count, one in enumerate(records, start=1):
            number = number_of(one.reference)
            if number is None and one.reference:
                spans.extend((count, *span) for span in spans_of(one.reference))
            account, name = _shown(one.account_no), _shown(one.account_name)
            names += bool(name)
            yield (
                count, one.line, _kept(one.reference, 40), number, one.state.value, one.amount_fen,
                one.code[:40], said(one.reason), one.serial, _kept(one.bank_reference, 40),
                seal.index("".join(account.split()), "card") if account else None, _kept(name, 200),
            )  # fmt: skip

    _copy(session, "staged_lines", rows())
    _copy(session, "staged_spans", spans)
    return Staged(count, names)


def stage_entries(session: Session, entries: Iterable[StatementEntry]) -> None:
    """Fill ``staged_entries`` and ``staged_spans`` afresh; they end with the transaction."""
    for statement in (_ENTRIES, _SPANS, _MATCHED, _BOOKED):
        session.execute(text(statement))
    session.execute(text("TRUNCATE staged_entries, staged_spans, matched_lines, judged_entries"))
    spans: list[tuple[int, int, int]] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for place, one in enumerate(entries, start=1):
            number = number_of(one.reference)
            if number is None and one.reference:
                spans.extend((place, *span) for span in spans_of(one.reference))
            yield (
                place, one.ordinal, one.kind.value, one.signed_fen, _kept(one.reference, 40),
                number, _kept(one.file_reference, 40), _kept(one.bank_reference, 40),
                one.reason_code[:10], one.value_on,
            )  # fmt: skip

    _copy(session, "staged_entries", rows())
    _copy(session, "staged_spans", spans)


def _copy(session: Session, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    session.flush()
    connection = session.connection().connection.driver_connection
    assert connection is not None  # noqa: S101 - an open session has one
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def _shown(value: str) -> str:
    """Return what a bank shows of an account or name; what it masks is no proof of anything."""
    return "" if "*" in value or "＊" in value else value


def _kept(value: str, length: int) -> str:
    # A NUL is no character to PostgreSQL, and no reference has one.
    return value[:length].replace("\0", "")


def _said(reason: str) -> str:
    return str(without_numbers(_kept(reason, 200)))
