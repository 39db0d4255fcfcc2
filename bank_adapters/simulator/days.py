"""Close a bank day: book what was debited, credit what comes back, owe each customer a statement."""

from __future__ import annotations

import sqlite3
from datetime import date

from bank_adapters.simulator.answers import owe
from bank_adapters.simulator.bank import USERS, Bank
from bank_adapters.simulator.statements import AccountDay, Debit, Return, statement_document

DUE_RETURNS = """
    SELECT payment.file_id, payment.serial, payment.reference, payment.amount_fen, payment.code,
           file.file_reference
    FROM payment JOIN file ON file.id = payment.file_id
    WHERE file.bank = ? AND file.debtor_account = ? AND payment.deed = 'return'
      AND payment.returned_on_no IS NULL AND file.statement_no IS NOT NULL
      AND file.statement_no + payment.after_days <= ?
    ORDER BY payment.file_id, payment.serial
"""
UNBOOKED_DEBITS = """
    SELECT id, file_reference, count, debited_fen FROM file
    WHERE bank = ? AND debtor_account = ? AND refused_code = '' AND statement_no IS NULL
      AND debited_fen > 0 ORDER BY id
"""


class DayRefused(ValueError):
    """The day lies before one already closed."""


def close_day(bank: Bank, day: date) -> int:
    """Close one day for every account; return how many statements are owed. Raises DayRefused.

    Closing a day twice does nothing the second time.
    """
    owed = 0
    with bank.books.transaction():
        _fund(bank)
        for user in USERS:
            accounts = bank.books.rows(
                "SELECT * FROM account WHERE bank = ? ORDER BY account_no", user
            )
            if any(row["closed_on"] > day.isoformat() for row in accounts):
                raise DayRefused(day.isoformat())
            closing = [row for row in accounts if row["closed_on"] != day.isoformat()]
            days = [_close_account(bank, user, row, day) for row in closing]
            if days:
                path = f"statements/{user}-statement-{day:%Y%m%d}.xml"
                document = statement_document(user, day, days)
                owe(bank.books, bank.due_at(), user, path, document)
            owed += len(days)
    return owed


def _fund(bank: Bank) -> None:
    for user, accounts in bank.plan.debit_accounts.items():
        for account_no, fen in accounts.items():
            bank.books.connection.execute(
                "INSERT INTO account (bank, account_no, balance_fen, statement_fen)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (user, account_no, fen, fen),
            )


def _close_account(bank: Bank, user: str, row: sqlite3.Row, day: date) -> AccountDay:
    number, account_no = row["statement_no"] + 1, row["account_no"]
    debits = bank.books.rows(UNBOOKED_DEBITS, user, account_no)
    returns = bank.books.rows(DUE_RETURNS, user, account_no, number)
    account_day = AccountDay(
        account_no=account_no,
        number=number,
        opening_fen=row["statement_fen"],
        debits=[Debit(one["file_reference"], one["count"], one["debited_fen"]) for one in debits],
        returns=[
            Return(one["file_reference"], one["reference"], one["amount_fen"], one["code"])
            for one in returns
        ],
    )
    connection = bank.books.connection
    connection.executemany(
        "UPDATE file SET statement_no = ? WHERE id = ?", [(number, one["id"]) for one in debits]
    )
    connection.executemany(
        "UPDATE payment SET returned_on_no = ? WHERE file_id = ? AND serial = ?",
        [(number, one["file_id"], one["serial"]) for one in returns],
    )
    connection.execute(
        "UPDATE account SET statement_fen = ?, statement_no = ?, closed_on = ?,"
        " balance_fen = balance_fen + ? WHERE bank = ? AND account_no = ?",
        (
            account_day.closing_fen,
            number,
            day.isoformat(),
            sum(one["amount_fen"] for one in returns),
            user,
            account_no,
        ),
    )
    return account_day
