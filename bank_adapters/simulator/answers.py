"""Decide which files the bank owes for an order, spoilt ones included where that was arranged.

Runs inside the transaction that books the order, so nothing is paid without its answer being owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bank_adapters.simulator.books import Books
from bank_adapters.simulator.orders import Order, OrderRefused, read_order
from bank_adapters.simulator.plan import Decision, Deed
from bank_adapters.simulator.replies import (
    Answered,
    refusal_notice,
    refusal_report,
    return_sheet,
    status_report,
)

ENDINGS = {"iso": ".pain002.xml", "ccb": ".ret.txt"}


def owe(
    books: Books,
    due_at: float,
    user: str,
    path: str,
    content: bytes,
    *,
    kept_for: str = "",
    hidden: bool = False,
) -> None:
    """Note a file to lay out; `kept_for` a file reference makes it the answer to resend."""
    books.connection.execute(
        "INSERT INTO answer (bank, path, content, due_at, laid_out, file_reference)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (user, path, content, due_at, int(hidden), kept_for),
    )


def owe_answers(
    books: Books,
    due_at: float,
    user: str,
    stem: str,
    order: Order,
    answered: Sequence[Answered],
) -> None:
    """Owe the answer to an accepted order; `stem` is the order file's name without its ending."""
    path = f"outbox/{stem}{ENDINGS[user]}"
    good = _render(user, order, answered)
    spoilt = _spoilt(books, user, order, answered, good)
    hidden = spoilt is not None
    owe(books, due_at, user, path, good, kept_for=order.file_reference, hidden=hidden)
    if spoilt is not None:
        owe(books, due_at, user, path, spoilt)
    if books.take_fault("duplicate_reply", user):
        owe(books, due_at, user, f"outbox/{stem}.second{ENDINGS[user]}", good)
    if books.take_fault("reply_for_unknown_file", user):
        header = order.header.replace(order.file_reference, "NOSUCHFILE")
        other = replace(order, file_reference="NOSUCHFILE", header=header)
        path = f"outbox/NOSUCHFILE-{stem}{ENDINGS[user]}"
        owe(books, due_at, user, path, _render(user, other, answered))


def owe_refusal(
    books: Books, due_at: float, user: str, stem: str, content: bytes, refused: OrderRefused
) -> None:
    """Owe the answer to a refused file."""
    number = int(books.rows("SELECT count(*) AS n FROM file")[0]["n"])
    # An answer to a repeated file must not look like the answer to the first one.
    stem = f"{stem}-dup{number}" if refused.code == "DU01" else stem
    path = f"outbox/{stem}{ENDINGS[user]}"
    if user == "iso":
        report = refusal_report(f"ISO-{number}", refused.file_reference, refused.code)
        owe(books, due_at, user, path, report)
    elif refused.code in {"DU01", "AM04"}:
        code = "AM05" if refused.code == "DU01" else refused.code
        order = read_order(user, content)
        answered = [
            Answered(serial, line, Decision(Deed.REJECT, code))
            for serial, line in enumerate(order.lines, start=1)
        ]
        owe(books, due_at, user, path, return_sheet(order, answered))
    else:
        path = f"outbox/{stem}.refused.txt"
        owe(books, due_at, user, path, refusal_notice(refused.code))


def _spoilt(
    books: Books, user: str, order: Order, answered: Sequence[Answered], good: bytes
) -> bytes | None:
    if books.take_fault("wrong_total_reply", user):
        return _render(user, order, answered, wrong_fen=1)
    if books.take_fault("truncated_reply", user):
        return good[: len(good) * 2 // 3]
    return None


def _render(user: str, order: Order, answered: Sequence[Answered], *, wrong_fen: int = 0) -> bytes:
    if user == "ccb":
        return return_sheet(order, answered, wrong_fen=wrong_fen)
    message_id = f"ISO-{order.file_reference}"[:35]
    return status_report(message_id, order, answered, wrong_fen=wrong_fen)
