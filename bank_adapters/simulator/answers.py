"""Decide which files the bank owes for an order, spoilt ones included where that was arranged.

Runs inside the transaction that books the order, so nothing is paid without its answer being owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bank_adapters.simulator.books import Books
from bank_adapters.simulator.customers import Customer
from bank_adapters.simulator.orders.order import Order, OrderRefused
from bank_adapters.simulator.replies.answer import (
    Answer,
    Answered,
    first_answer,
    later_answer,
    later_days,
    refusing,
)
from bank_adapters.simulator.replies.spoil import (
    BYTES,
    SAYINGS,
    earlier,
    first_half,
    for_another_county,
    for_another_file,
    in_another_encoding,
    refusal,
    render,
    unknown_status,
)
from bank_adapters.simulator.replies.table import refusal_notice


@dataclass(frozen=True, slots=True)
class Counter:
    """Where answers are laid down: the books, the customer, when they are due, the file's stem."""

    books: Books
    customer: Customer
    due_at: float
    stem: str

    def taken(self, kind: str) -> dict[str, Any] | None:
        """Use an arranged fault up; None when there is none."""
        return self.books.taken_fault(kind, self.customer.user)

    def path(self, mark: str = "") -> str:
        """Return where an answer goes."""
        return f"outbox/{self.stem}{mark}{self.customer.ending}"

    def owe(
        self,
        content: bytes,
        *,
        path: str = "",
        kept_for: str = "",
        hidden: bool = False,
        closings: int = 0,
    ) -> None:
        """Note a file to lay out; `kept_for` a file reference makes it the answer to resend."""
        owe(
            self.books,
            self.due_at,
            self.customer.user,
            path or self.path(),
            content,
            kept_for=kept_for,
            hidden=hidden,
            closings=closings,
        )


def owe(
    books: Books,
    due_at: float,
    user: str,
    path: str,
    content: bytes,
    *,
    kept_for: str = "",
    hidden: bool = False,
    closings: int = 0,
) -> None:
    """Note a file to lay out, at once or after so many closings of the day."""
    books.connection.execute(
        "INSERT INTO answer (bank, path, content, due_at, laid_out, file_reference, closings)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (user, path, content, due_at, int(hidden), kept_for, closings),
    )


def owe_answers(counter: Counter, order: Order, answered: Sequence[Answered]) -> None:
    """Owe everything that is said to an accepted order, now and later."""
    answer = first_answer(order, answered)
    good = render(counter.customer, answer)
    if counter.taken("no_reply") is not None:
        counter.owe(good, kept_for=order.file_reference, hidden=True)
        return
    spoilt = _spoilt(counter, answer, good)
    late = counter.taken("late_reply")
    part = counter.taken("part_reply")
    closings = int(late.get("days", 1)) if late is not None else 0
    if part is not None:
        # The first half bears the answer's name; the whole one follows.
        counter.owe(render(counter.customer, first_half(answer)))
        counter.owe(
            good,
            path=counter.path(".rest"),
            kept_for=order.file_reference,
            closings=int(part.get("days", 1)),
        )
    else:
        counter.owe(
            good, kept_for=order.file_reference, hidden=spoilt is not None, closings=closings
        )
    if spoilt is not None:
        counter.owe(spoilt, closings=closings)
    _owe_more(counter, answer, good)
    for days in later_days(answered):
        content = render(counter.customer, later_answer(order, answered, days))
        counter.owe(content, path=counter.path(f".corrected{days}"), closings=days)


def owe_refusal(counter: Counter, order: Order | None, refused: OrderRefused, number: int) -> None:
    """Owe the answer to a refused file; `order` None: it could not be read."""
    stem = counter.stem
    if refused.code == "DU01":
        # An answer to a repeated file must not look like the answer to the first one.
        nameless = counter.customer.table is not None and counter.customer.table.answer_name
        stem = f"{stem}.dup{number}" if nameless else f"{stem}-dup{number}"
    path = f"outbox/{stem}{counter.customer.ending}"
    if counter.customer.table is None:
        content = refusal(counter.customer, number, refused.file_reference, refused.code)
        counter.owe(content, path=path)
    elif order is not None and refused.code not in {"FF01", "AM10", "AM18", "RC01"}:
        code = "AM05" if refused.code == "DU01" else refused.code
        counter.owe(render(counter.customer, refusing(order, code)), path=path)
    else:
        counter.owe(refusal_notice(refused.code), path=f"outbox/{stem}.refused.txt")


def _owe_more(counter: Counter, answer: Answer, good: bytes) -> None:
    """Owe what comes beside the answer where that was arranged."""
    if counter.taken("duplicate_reply") is not None:
        counter.owe(good, path=counter.path(".second"))
    if counter.taken("status_backwards_reply") is not None:
        content = render(counter.customer, earlier(answer))
        counter.owe(content, path=counter.path(".earlier"))
    if counter.taken("id_twice_reply") is not None:
        content = render(counter.customer, refusing(answer.order, "AC04"))
        counter.owe(content, path=counter.path(".other"))
    others = (
        ("reply_for_unknown_file", for_another_file(answer, "NOSUCHFILE"), "NOSUCHFILE"),
        ("reply_for_other_county", for_another_county(answer), "QX99"),
    )
    for kind, other, name in others:
        if counter.taken(kind) is not None:
            path = f"outbox/{name}-{counter.stem}{counter.customer.ending}"
            counter.owe(render(counter.customer, other), path=path)


def _spoilt(counter: Counter, answer: Answer, good: bytes) -> bytes | None:
    """Return the answer spoilt in every way that is arranged, None if in none."""
    content: bytes | None = None
    for kind, change in SAYINGS.items():
        if kind == "group_only_reply" and counter.customer.table is not None:
            continue
        taken = counter.taken(kind)
        if taken is not None:
            # A message of its own: the right one that may follow bears the usual id.
            answer = replace(change(answer, taken), mark="ODD")
            content = render(counter.customer, answer)
    if counter.taken("unknown_status_reply") is not None:
        odd = replace(unknown_status(counter.customer, answer), mark="ODD")
        content = render(counter.customer, odd)
    for kind, spoil in BYTES.items():
        if counter.taken(kind) is not None:
            content = spoil(good if content is None else content)
    if counter.taken("wrong_encoding_reply") is not None:
        content = in_another_encoding(counter.customer, good if content is None else content)
    return content
