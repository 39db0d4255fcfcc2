"""Gather what a day books on one account: debits, what comes back, what was arranged besides."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bank_adapters.simulator.books import Books
from bank_adapters.simulator.fates import UNPAID, Homecoming, homecoming
from bank_adapters.simulator.replies.spoil import bare, cut, upper
from bank_adapters.simulator.statements.movements import Kind, Listed, Movement

UNBOOKED_FILES = """
    SELECT id, file_reference, count, debited_fen FROM file
    WHERE bank = ? AND debtor_account = ? AND refused_code = '' AND statement_no IS NULL
      AND debited_fen > 0 ORDER BY id
"""
PAID_LINES = """
    SELECT serial, reference, amount_fen, account_name FROM payment
    WHERE file_id = ? AND deed NOT IN (SELECT value FROM json_each(?)) ORDER BY serial
"""
# What is to come back and is booked; `home` is the account it comes back to.
COMING_BACK = """
    SELECT payment.*, file.file_reference, file.statement_no,
           CASE WHEN payment.back LIKE '%"other_account"%'
                THEN json_extract(payment.back, '$.to_account')
                ELSE file.debtor_account END AS home
    FROM payment JOIN file ON file.id = payment.file_id
    WHERE file.bank = ? AND payment.deed = 'return' AND file.statement_no IS NOT NULL
      AND payment.undone_on_no IS NULL ORDER BY payment.file_id, payment.serial
"""
INTEREST_FEN, FEES_FEN, FOREIGN_FEN = 12_345, 500, 66_600


class Gathered:
    """The movements of one account's day, and what must be noted once they are booked."""

    def __init__(self, books: Books, user: str, account: sqlite3.Row, day: date) -> None:
        self.books, self.user, self.day = books, user, day
        self.account_no, self.number = str(account["account_no"]), int(account["statement_no"]) + 1
        self.movements: list[Movement] = []
        self.balance_fen = 0

    def gather(self) -> list[Movement]:
        """Return everything that is booked today, and note in the books that it is."""
        self._debits()
        self._returns()
        self._besides()
        return self.movements

    def _debits(self) -> None:
        files = self.books.rows(UNBOOKED_FILES, self.user, self.account_no)
        alone = bool(files) and self.books.take_fault("single_debits", self.user)
        for one in files:
            if alone:
                self.movements.extend(self._single(one))
            else:
                whole = (one["debited_fen"], False, one["file_reference"])
                self.movements.append(Movement(Kind.BATCH, *whole, count=one["count"]))
            self.books.connection.execute(
                "UPDATE file SET statement_no = ? WHERE id = ?", (self.number, one["id"])
            )

    def _single(self, file: sqlite3.Row) -> Iterator[Movement]:
        for one in self.books.rows(PAID_LINES, file["id"], json.dumps(UNPAID)):
            yield Movement(
                Kind.PAYMENT,
                one["amount_fen"],
                False,
                file["file_reference"],
                one["reference"],
                name=one["account_name"],
            )

    def _returns(self) -> None:
        together: dict[str, list[tuple[sqlite3.Row, Homecoming]]] = {}
        for one in self.books.rows(COMING_BACK, self.user):
            back = homecoming(json.loads(one["back"] or "{}"))
            if one["home"] != self.account_no:
                continue
            if one["returned_on_no"] is not None:
                self._undo(one, back)
            elif self._is_due(one, back):
                summed = sorted({"summed", "summed_listed"} & back.how)
                if summed:
                    together.setdefault(summed[0], []).append((one, back))
                else:
                    self._give_back(one, back, self._return(one, back))
        for style, group in together.items():
            self._sum(style, group)

    def _is_due(self, one: sqlite3.Row, back: Homecoming) -> bool:
        if "on_day" in back.how:
            return self.day.isoformat() >= back.day
        # On another account the statements of the account it left are what is counted.
        left = self.books.rows(
            "SELECT account.statement_no + (account.account_no = ?) AS number FROM account"
            " JOIN file ON file.bank = account.bank AND file.debtor_account = account.account_no"
            " WHERE file.id = ?",
            self.account_no,
            one["file_id"],
        )
        return bool(left) and int(one["statement_no"]) + int(one["after_days"]) <= left[0]["number"]

    def _return(self, one: sqlite3.Row, back: Homecoming) -> Movement:
        unnamed = "unnamed" in back.how
        fee_fen = back.fee_fen if "fee" in back.how else 0
        return Movement(
            Kind.RETURN,
            one["amount_fen"] - fee_fen,
            True,
            "" if unnamed else one["file_reference"],
            "" if unnamed else _damaged(one["reference"], back),
            one["code"],
            name=one["account_name"],
            words=f"退汇 {one['account_name']}" if unnamed else "",
            fee_fen=fee_fen,
        )

    def _sum(self, style: str, group: Sequence[tuple[sqlite3.Row, Homecoming]]) -> None:
        parts = [self._return(one, back) for one, back in group]
        listed = [
            Listed(part.file_reference, part.reference, part.amount_fen, part.code)
            for part in parts
        ]
        self.movements.append(
            Movement(
                Kind.RETURNS,
                sum(part.amount_fen for part in parts),
                True,
                words=f"退汇合计 {len(parts)} 笔",
                count=len(parts),
                listed=listed if style == "summed_listed" else (),
            )
        )
        for (one, back), part in zip(group, parts, strict=True):
            self._give_back(one, back, part, shown=False)

    def _give_back(
        self, one: sqlite3.Row, back: Homecoming, part: Movement, *, shown: bool = True
    ) -> None:
        if shown:
            self.movements.append(part)
        self.balance_fen += part.amount_fen
        self.books.connection.execute(
            "UPDATE payment SET returned_on_no = ?, returned_fen = ?, back = ?"
            " WHERE file_id = ? AND serial = ?",
            (
                self.number,
                part.amount_fen,
                json.dumps(back.as_json()),
                one["file_id"],
                one["serial"],
            ),
        )

    def _undo(self, one: sqlite3.Row, back: Homecoming) -> None:
        """Take a return back: the payee has the money after all."""
        if "twice_round" not in back.how:
            return
        if one["returned_on_no"] + back.undone_after_days > self.number:
            return
        self.movements.append(replace(self._return(one, back), kind=Kind.UNDONE, credit=False))
        self.balance_fen -= one["returned_fen"]
        self.books.connection.execute(
            "UPDATE payment SET undone_on_no = ? WHERE file_id = ? AND serial = ?",
            (self.number, one["file_id"], one["serial"]),
        )

    def _besides(self) -> None:
        """Add what other business was arranged; it moves the balance like everything else."""
        for kind, make in BESIDES.items():
            taken = self.books.taken_fault(kind, self.user)
            if taken is None:
                continue
            made = self._lookalike() if kind == "lookalike_credit" else make(taken)
            self.movements.append(made)
            self.balance_fen += made.signed_fen

    def _lookalike(self) -> Movement:
        paid = self.books.rows(
            "SELECT payment.amount_fen, payment.account_name FROM payment"
            " JOIN file ON file.id = payment.file_id WHERE file.bank = ?"
            " AND file.debtor_account = ? AND payment.deed = 'accept'"
            " ORDER BY payment.file_id, payment.serial LIMIT 1",
            self.user,
            self.account_no,
        )
        amount_fen = paid[0]["amount_fen"] if paid else FOREIGN_FEN
        name = paid[0]["account_name"] if paid else "某人"
        return Movement(Kind.LOOKALIKE, amount_fen, True, name=name, words=f"转账 {name}")


def _damaged(reference: str, back: Homecoming) -> str:
    if "reference_cut" in back.how:
        return cut(reference, back.length)
    if "reference_upper" in back.how:
        return upper(reference)
    return bare(reference) if "reference_bare" in back.how else reference


def _amount(given: dict[str, Any], usual_fen: int) -> int:
    return max(1, int(given.get("amount_fen", usual_fen)))


BESIDES: dict[str, Callable[[dict[str, Any]], Movement]] = {
    "interest": lambda given: Movement(
        Kind.INTEREST, _amount(given, INTEREST_FEN), True, words="结息"
    ),
    "fees": lambda given: Movement(Kind.FEES, _amount(given, FEES_FEN), False, words="手续费"),
    "foreign_credit": lambda given: Movement(
        Kind.FOREIGN, _amount(given, FOREIGN_FEN), True, name="某公司", words="往来款 某公司"
    ),
    "lookalike_credit": lambda given: Movement(Kind.LOOKALIKE, _amount(given, FOREIGN_FEN), True),
    "pending_entry": lambda given: Movement(
        Kind.FOREIGN, _amount(given, FOREIGN_FEN), True, words="未入账", booked=False
    ),
}
