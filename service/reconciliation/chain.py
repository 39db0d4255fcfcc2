"""The chain of a bank account's statements: each opens where the one before closed, and none is missing.

A statement that would be booked twice, or onto a day that is closed, is not believed. One that only
does not follow the last one is booked, because what the bank says is so; the break stays until the
missing statement comes, keeps the day from closing, and is shown to finance.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bank_adapters import Statement
from service.foundation.money import yuan
from service.ledger.models import BankChannel
from service.reconciliation.keep import our_fault
from service.reconciliation.models import BankDay, BankDayReopening, BankStatement
from service.reconciliation.replaced import replaced

_DAYS_LOOKED_BACK = 400
"""A year and its turn: longer chains were closed and looked at."""


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold: what is wrong with a statement after the one before it."""

    kind: str
    """``opening_differs``, ``number_missing`` or ``number_back``."""
    channel: BankChannel
    statement: BankStatement
    before: BankStatement
    sentence: str
    sentence_zh: str


def breaks(session: Session, channel: BankChannel) -> list[Break]:
    """Return every break of one bank's chain in the last year, oldest first."""
    kept = of_channel(session, channel)
    since = kept[-1].booked_on - timedelta(days=_DAYS_LOOKED_BACK) if kept else date.min
    recent = [one for one in kept if one.booked_on >= since]
    found = []
    for before, after in itertools.pairwise(recent):
        found += _between(channel, before, after)
    return found


def of_channel(session: Session, channel: BankChannel) -> list[BankStatement]:
    """Return a bank's statements in force in the order of the account: by day, then by number."""
    return list(
        session.scalars(
            select(BankStatement)
            .where(BankStatement.channel_id == channel.id, ~replaced())
            .order_by(BankStatement.booked_on, BankStatement.number.nulls_first(), BankStatement.id)
        )
    )


def closed_on(channel: BankChannel, day: date) -> ColumnElement[bool]:
    """Select closings in force of a bank's day or of a later one."""
    return exists().where(BankDay.channel_id == channel.id, BankDay.day >= day, ~reopened())


def reopened() -> ColumnElement[bool]:
    """Select closings that were re-opened since; `BankDay` is the row asked about."""
    return exists().where(BankDayReopening.bank_day_id == BankDay.id).correlate(BankDay)


def faults(session: Session, channel: BankChannel, statement: Statement) -> list[dict[str, Any]]:
    """Return what is wrong with a statement's place in the chain, before it is booked."""
    kept = of_channel(session, channel)
    day = statement.booked_on
    found = []
    if session.scalar(select(closed_on(channel, day))):
        found.append(
            our_fault(
                "day_closed",
                f"Statement {statement.statement_id} is of {day}, and that day or a later one is closed. "
                "Two officers re-open it; then they take this file after all.",
                f"对账单 {statement.statement_id} 属于 {day}，该日或其后的日期已关账。须经两人重新开账后再采用本文件。",
            )
        )
    # What it corrects is not what it follows.
    corrected = (statement.statement_id, day)
    others = [one for one in kept if (one.statement_id, one.booked_on) != corrected]
    before, after = _neighbours(others, statement)
    same = [
        one for one in kept if one.booked_on == day and one.statement_id != statement.statement_id
    ]
    found += [
        our_fault(
            "statement_overlaps",
            f"Statement {statement.statement_id} of {day} covers what {one.statement_id} covers: "
            "it neither begins where that one ends nor ends where it begins. "
            "Nothing of it is booked, so that nothing is booked twice.",
            f"{day} 的对账单 {statement.statement_id} 与 {one.statement_id} 内容重叠，"
            "首尾余额不能衔接；为避免重复记账，未予入账。",
        )
        for one in overlapping(same, statement)
    ]
    if any(
        one.statement_id == statement.statement_id
        and one.booked_on.year == day.year
        and one.booked_on != day
        for one in kept
    ):
        found.append(
            our_fault(
                "statement_id_again",
                f"The bank used the id {statement.statement_id} twice this year; the days tell the statements apart.",
                f"银行本年度重复使用对账单编号 {statement.statement_id}，以日期区分。",
                fatal=False,
            )
        )
    if after is not None:
        found.append(
            our_fault(
                "statement_late",
                f"Statement {statement.statement_id} of {day} comes after that of {after.booked_on}.",
                f"{day} 的对账单 {statement.statement_id} 晚于 {after.booked_on} 的对账单到达。",
                fatal=False,
            )
        )
    if before is not None and before.closing_fen != statement.opening_fen and not same:
        found.append(
            our_fault(
                "opening_differs",
                f"It opens with {yuan(statement.opening_fen)} yuan; {before.statement_id} of "
                f"{before.booked_on} closed with {yuan(before.closing_fen)}. A statement may be missing.",
                f"期初余额 {yuan(statement.opening_fen)} 元，而 {before.booked_on} 的 {before.statement_id} "
                f"期末余额为 {yuan(before.closing_fen)} 元，可能缺少对账单。",
                fatal=False,
            )
        )
    return found


def overlapping(kept: Iterable[BankStatement], statement: Statement) -> list[BankStatement]:
    """Return the statements of the same day that cover what this one covers, under another id."""
    return [
        one
        for one in kept
        if one.booked_on == statement.booked_on
        and one.statement_id != statement.statement_id
        and statement.opening_fen != one.closing_fen
        and statement.closing_fen != one.opening_fen
        and not _empty(one, statement)
    ]


def _neighbours(
    kept: Iterable[BankStatement], statement: Statement
) -> tuple[BankStatement | None, BankStatement | None]:
    place = (statement.booked_on, statement.number or 0)
    before = after = None
    for one in kept:
        if (one.booked_on, one.number or 0) <= place:
            before = one
        elif after is None:
            after = one
    return before, after


def _empty(one: BankStatement, statement: Statement) -> bool:
    """Nothing moved in either: there is nothing that could be booked twice."""
    return one.opening_fen == one.closing_fen and not statement.entries


def _between(channel: BankChannel, before: BankStatement, after: BankStatement) -> list[Break]:
    found = []
    if before.closing_fen != after.opening_fen:
        found.append(
            Break(
                "opening_differs",
                channel,
                after,
                before,
                f"{channel.name}, {after.booked_on}: its opening balance {yuan(after.opening_fen)} is not the "
                f"last closing balance {yuan(before.closing_fen)}, of {before.booked_on}",
                f"{channel.name} {after.booked_on}：期初余额 {yuan(after.opening_fen)} 与 {before.booked_on} 的"
                f"期末余额 {yuan(before.closing_fen)} 不符",
            )
        )
    found += _numbers(channel, before, after)
    return found


def _numbers(channel: BankChannel, before: BankStatement, after: BankStatement) -> list[Break]:
    if before.number is None or after.number is None or after.number == before.number + 1:
        return []
    if after.booked_on.year != before.booked_on.year and after.number == 1:
        return []
    if after.number <= before.number and after.booked_on.year == before.booked_on.year:
        said = f"statement number {after.number} follows {before.number}"
        said_zh = f"对账单序号 {after.number} 排在 {before.number} 之后"
        kind = "number_back"
    else:
        first = before.number + 1 if after.number > before.number else 1
        gap = str(first) if after.number - 1 == first else f"{first}–{after.number - 1}"
        said = f"statement {gap} is missing between {before.booked_on} and {after.booked_on}"
        said_zh = f"{before.booked_on} 与 {after.booked_on} 之间缺少序号为 {gap} 的对账单"
        kind = "number_missing"
    return [
        Break(
            kind, channel, after, before,
            f"{channel.name}, {after.booked_on}: {said}", f"{channel.name} {after.booked_on}：{said_zh}",
        )
    ]  # fmt: skip
