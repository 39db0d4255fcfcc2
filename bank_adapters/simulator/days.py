"""Close a bank day: book what moved, owe each customer a statement, let what was held back go."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bank_adapters.simulator.answers import owe
from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.customers import DIRECT, Customer
from bank_adapters.simulator.statements.camt import notice_document, statement_document
from bank_adapters.simulator.statements.gather import Gathered
from bank_adapters.simulator.statements.movements import AccountDay
from bank_adapters.simulator.statements.mt940 import statement_text


class DayRefused(ValueError):
    """The day lies before one already closed."""


def close_day(bank: Bank, day: date) -> int:
    """Close one day for every account; return how many statements are owed. Raises DayRefused.

    Closing a day twice does nothing the second time.
    """
    owed = 0
    with bank.books.transaction():
        _fund(bank)
        for customer in (*bank.customers.values(), *DIRECT.values()):
            accounts = bank.books.rows(
                "SELECT * FROM account WHERE bank = ? ORDER BY account_no", customer.user
            )
            if any(row["closed_on"] > day.isoformat() for row in accounts):
                raise DayRefused(day.isoformat())
            closing = [row for row in accounts if row["closed_on"] != day.isoformat()]
            if closing:
                _count_down(bank, customer.user)
            days = [_close_account(bank, customer.user, row, day) for row in closing]
            if days:
                _owe_statements(bank, customer, day, days)
            owed += len(days)
    return owed


def _fund(bank: Bank) -> None:
    for user, accounts in bank.plan.debit_accounts.items():
        if user in bank.customers or user in DIRECT:
            for account_no, fen in accounts.items():
                bank.open_account(user, account_no, fen)
    # Whatever is to come back on another account needs that account.
    for row in bank.books.rows(
        "SELECT DISTINCT file.bank, json_extract(payment.back, '$.to_account') AS account_no"
        " FROM payment JOIN file ON file.id = payment.file_id"
        " WHERE payment.back LIKE '%\"other_account\"%'"
    ):
        bank.open_account(row["bank"], row["account_no"])


def _count_down(bank: Bank, user: str) -> None:
    bank.books.connection.execute(
        "UPDATE answer SET closings = closings - 1, due_at = ?"
        " WHERE bank = ? AND closings > 0 AND laid_out = 0",
        (bank.due_at(), user),
    )


def _close_account(bank: Bank, user: str, row: sqlite3.Row, day: date) -> AccountDay:
    gathered = Gathered(bank.books, user, row, day)
    account_day = AccountDay(
        account_no=row["account_no"],
        number=gathered.number,
        opening_fen=row["statement_fen"],
        movements=gathered.gather(),
    )
    connection = bank.books.connection
    connection.executemany(
        "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                user,
                account_day.account_no,
                account_day.number,
                place,
                day.isoformat(),
                one.kind.value,
                one.signed_fen,
                one.reference,
                one.file_reference,
            )
            for place, one in enumerate(account_day.movements, start=1)
        ],
    )
    connection.execute(
        "UPDATE account SET statement_fen = ?, statement_no = ?, closed_on = ?,"
        " balance_fen = balance_fen + ? WHERE bank = ? AND account_no = ?",
        (
            account_day.closing_fen,
            account_day.number,
            day.isoformat(),
            gathered.balance_fen,
            user,
            row["account_no"],
        ),
    )
    return account_day


def _owe_statements(bank: Bank, customer: Customer, day: date, days: Sequence[AccountDay]) -> None:
    """Owe the day's statement, or what was arranged instead of it."""
    user, books = customer.user, bank.books
    ending = ".sta" if customer.statements == "mt940" else ".xml"
    stem = f"statements/{user}-statement-{day:%Y%m%d}"

    def lay(name: str, content: bytes, *, hidden: bool = False, closings: int = 0) -> None:
        owe(books, bank.due_at(), user, name, content, hidden=hidden, closings=closings)

    shown = list(days)
    if books.take_fault("statement_gap", user):
        shown = [replace(one, gap_fen=1) for one in shown]
    if books.take_fault("statement_unbalanced", user):
        shown = [replace(one, error_fen=1) for one in shown]
    corrected = books.taken_fault("statement_corrected", user)
    if corrected is not None:
        whole = _document(customer, day, shown)
        lay(f"{stem}-corrected{ending}", whole, closings=int(corrected.get("days", 1)))
        shown = [replace(one, movements=one.movements[:-1]) for one in shown]
    content = _document(customer, day, shown)
    if books.take_fault("statement_truncated", user):
        content = content[: len(content) * 2 // 3]
    late = books.taken_fault("statement_late", user)
    # Held until a younger statement has gone out before it.
    closings = int(late.get("days", 2)) if late is not None else 0
    hidden = books.take_fault("statement_missing", user)
    lay(f"{stem}{ending}", content, hidden=hidden, closings=closings)
    if books.take_fault("statement_twice", user):
        lay(f"{stem}-again{ending}", content)
    if books.take_fault("statement_other_id", user):
        other = [replace(one, mark="X") for one in shown]
        lay(f"{stem}-other{ending}", _document(customer, day, other))
    if books.take_fault("notice", user):
        notice = notice_document(user, _version(customer), day, days)
        lay(f"statements/{user}-notice-{day:%Y%m%d}.xml", notice)


def _document(customer: Customer, day: date, days: Sequence[AccountDay]) -> bytes:
    if customer.statements == "mt940":
        return statement_text(day, days)
    return statement_document(customer.user, _version(customer), day, days)


def _version(customer: Customer) -> str:
    return "02" if customer.statements.endswith(".02") else "08"
