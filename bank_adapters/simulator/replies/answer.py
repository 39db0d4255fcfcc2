"""One answer before it has a form: which payments it names, and what it says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bank_adapters.simulator.fates import REASONS, Decision, Said
from bank_adapters.simulator.orders.order import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Answered:
    """One payment with what was decided."""

    serial: int
    line: OrderLine
    decision: Decision

    @property
    def rejected(self) -> bool:
        """Whether no money moves."""
        return not self.decision.course.pays


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says about one payment; `status` beside `said` is a word of the bank's own."""

    serial: int
    line: OrderLine
    said: Said
    code: str = ""
    status: str = ""

    @property
    def reason(self) -> str:
        """The reason in the bank's words."""
        return REASONS.get(self.code, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one order.

    `wrong_fen` is added to every sum it states, `group_only` leaves the payments out, `mark` makes
    its message id its own.
    """

    order: Order
    lines: tuple[Told, ...]
    wrong_fen: int = 0
    group_only: bool = False
    mark: str = ""

    @property
    def settled(self) -> bool:
        """Whether every payment of the order is named and none is under way."""
        named = len(self.lines) == len(self.order.lines)
        return named and all(one.said in {Said.PAID, Said.REJECTED} for one in self.lines)


def first_answer(order: Order, answered: Sequence[Answered]) -> Answer:
    """Return what the bank says at once."""
    return Answer(order, _told(answered, [one.decision.course.first for one in answered]))


def later_answer(order: Order, answered: Sequence[Answered], days: int) -> Answer:
    """Return what the bank says after so many closings."""
    said = []
    for one in answered:
        course = one.decision.course
        changed = course.later is not None and one.decision.after_days <= days
        said.append(course.later if changed and course.later is not None else course.first)
    return Answer(order, _told(answered, said), mark=f"L{days}")


def later_days(answered: Sequence[Answered]) -> list[int]:
    """Return after how many closings the bank has something else to say."""
    return sorted({one.decision.after_days for one in answered if one.decision.course.later})


def refusing(order: Order, code: str) -> Answer:
    """Return an answer that refuses every payment for one reason."""
    lines = enumerate(order.lines, start=1)
    return Answer(order, tuple(Told(serial, line, Said.REJECTED, code) for serial, line in lines))


def with_line(answer: Answer, place: int, told: Told) -> Answer:
    """Return the answer with one of its lines changed."""
    lines = list(answer.lines)
    lines[place] = told
    return replace(answer, lines=tuple(lines))


def _told(answered: Sequence[Answered], said: Sequence[Said]) -> tuple[Told, ...]:
    return tuple(
        Told(
            one.serial,
            one.line,
            word,
            (one.decision.code or "AC04") if word is Said.REJECTED else "",
        )
        for one, word in zip(answered, said, strict=True)
        if word is not Said.NOTHING
    )
