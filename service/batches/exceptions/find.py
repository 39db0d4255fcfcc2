"""Find exceptions: open holds and open findings as one list, the gravest and oldest first.

A page is read from the key of the last row before it, never by counting rows over, so that the last
page of 100,000 costs as much as the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from service.batches.exceptions.models import ExceptionTask
from service.batches.exceptions.rules import SEVERITIES, SEVERITY_OF
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.officers.reach import in_place, within

ROWS_A_PAGE = 50
STANDINGS = ("unassigned", "given", "answered", "returned", "overdue")
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"([0-9])-([0-9]{1,18})-([fh])-([0-9]{1,18})")
_NAME = re.compile(r"([fh])([0-9]{1,18})")


@dataclass(frozen=True)
class Wanted:
    """Which exceptions are asked for; what is empty is not asked about.

    ``keys`` are single exceptions by name, such as ``h12`` or ``f3``: then only those of them.
    """

    month: str = ""
    batch: str = ""
    control: str = ""
    programme: str = ""
    place: str = ""
    """Leading digits of the line's division."""
    severity: str = ""
    organisation: str = ""
    standing: str = ""
    """One of :data:`STANDINGS`."""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One exception; ``amount_fen`` is the line's, or of all a finding is about."""

    kind: str
    id: int
    control: str
    version: int
    found_at: datetime
    batch_no: str
    month: str
    programme: str
    division: str | None
    payment_id: int | None
    payee_name: str | None
    lines: int
    amount_fen: int
    task_state: str | None
    organisation: str | None
    due_on: date | None

    @property
    def key(self) -> str:
        """Return what it is called in addresses and forms."""
        return f"{self.kind}{self.id}"

    @property
    def severity(self) -> str:
        return SEVERITY_OF.get(self.control, "stop")

    @property
    def after(self) -> str:
        """Return the key from which the page after it is read."""
        micros = (self.found_at - _EPOCH) // timedelta(microseconds=1)
        return f"{RANK[self.severity]}-{micros}-{self.kind}-{self.id}"

    def is_overdue(self, on: date) -> bool:
        return self.task_state == "given" and self.due_on is not None and self.due_on < on


def seen_by(officer: Officer) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Select the holds and the findings that an officer may see.

    A finding on a whole list is the county's; an office that was asked about one sees it too.
    """
    act = "exceptions.read"
    holds = within(officer, act, division=Payment.division, programme=Payment.programme)
    county = within(officer, act, division=func.nullif("", ""), programme=Batch.programme)
    asked: ColumnElement[bool] = false()
    if may(officer, "exceptions.answer"):
        asked = and_(
            ExceptionTask.organisation == officer.organisation,
            within(officer, act, programme=Batch.programme),
        )
    return holds, or_(county, asked)


def page(
    session: Session,
    wanted: Wanted,
    seen: tuple[ColumnElement[bool], ColumnElement[bool]],
    *,
    after: str = "",
    limit: int = ROWS_A_PAGE,
) -> tuple[list[Found], str]:
    """Return one page and the key after which the next begins, empty when there is none."""
    rank, since, kind, number = _place(after)
    found: list[Found] = []
    for severity in SEVERITIES[rank:]:
        begins = RANK[severity] == rank and since is not None
        rows: list[Found] = []
        for of, query, at, row_id in (
            ("f", findings(wanted, seen[1]), BatchFinding.found_at, BatchFinding.id),
            ("h", holds(wanted, seen[0]), PaymentHold.found_at, PaymentHold.id),
        ):
            control = PaymentHold.control if of == "h" else BatchFinding.control
            of_rank = query.where(control.in_(codes(severity)))
            if begins:
                of_rank = of_rank.where(_later(of, at, row_id, since, kind, number))
            ordered = of_rank.order_by(at, row_id).limit(limit + 1 - len(found))
            rows += (_found(row) for row in session.execute(ordered))
        found += sorted(rows, key=lambda one: (one.found_at, one.kind, one.id))
        if len(found) > limit:
            return found[:limit], found[limit - 1].after
    return found, ""


def every(
    session: Session, wanted: Wanted, seen: tuple[ColumnElement[bool], ColumnElement[bool]]
) -> Any:
    """Yield all of them in the list's order, a thousand at a time."""
    after = ""
    while True:
        rows, after = page(session, wanted, seen, after=after, limit=1_000)
        yield from rows
        if not after:
            return


def holds(wanted: Wanted, seen: ColumnElement[bool]) -> Select[Any]:
    """Select the open holds of held lines that are wanted and seen."""
    query = (
        select(
            literal("h").label("kind"),
            PaymentHold.id,
            PaymentHold.control,
            PaymentHold.version,
            PaymentHold.found_at,
            PaymentHold.evidence,
            Batch.id.label("batch_id"),
            Batch.batch_no,
            Batch.state.label("batch_state"),
            Batch.month,
            Payment.programme,
            Payment.division,
            Payment.id.label("payment_id"),
            Payment.account_id,
            Payment.payee_person_id,
            Payment.payee_name,
            literal(1).label("lines"),
            Payment.amount_fen,
            ExceptionTask.id.label("task_id"),
            ExceptionTask.state.label("task_state"),
            ExceptionTask.organisation,
            ExceptionTask.due_on,
        )
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(
            ExceptionTask,
            and_(ExceptionTask.hold_id == PaymentHold.id, ExceptionTask.state != "withdrawn"),
        )
        .where(PaymentHold.cleared_at.is_(None), Payment.state == "held", seen)
    )
    place = in_place(wanted.place, Payment.division) if wanted.place else true()
    about_line, about_hold = conditions(wanted, PaymentHold.control, Payment.programme)
    return query.where(place, *about_line, *about_hold, named("h", PaymentHold.id, wanted.keys))


def findings(wanted: Wanted, seen: ColumnElement[bool]) -> Select[Any]:
    """Select the open findings that are wanted and seen, with the columns of :func:`holds`."""
    query = (
        select(
            literal("f").label("kind"),
            BatchFinding.id,
            BatchFinding.control,
            BatchFinding.version,
            BatchFinding.found_at,
            BatchFinding.evidence,
            Batch.id.label("batch_id"),
            Batch.batch_no,
            Batch.state.label("batch_state"),
            Batch.month,
            Batch.programme,
            func.nullif("", "").label("division"),
            null().label("payment_id"),
            null().label("account_id"),
            null().label("payee_person_id"),
            func.nullif("", "").label("payee_name"),
            BatchFinding.lines,
            BatchFinding.amount_fen,
            ExceptionTask.id.label("task_id"),
            ExceptionTask.state.label("task_state"),
            ExceptionTask.organisation,
            ExceptionTask.due_on,
        )
        .join(Batch, Batch.id == BatchFinding.batch_id)
        .outerjoin(
            ExceptionTask,
            and_(ExceptionTask.finding_id == BatchFinding.id, ExceptionTask.state != "withdrawn"),
        )
        .where(BatchFinding.cleared_at.is_(None), seen)
    )
    place = false() if wanted.place else true()
    about_list, about_finding = conditions(wanted, BatchFinding.control, Batch.programme)
    return query.where(place, *about_list, *about_finding, named("f", BatchFinding.id, wanted.keys))


def conditions(
    wanted: Wanted, control: Any, programme: Any
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Return what is asked of the list or line, and what of the exception itself."""
    about_list: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (Batch.month, wanted.month),
            (Batch.batch_no, wanted.batch),
            (programme, wanted.programme),
        )
        if value
    ]
    asked: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (control, wanted.control),
            (ExceptionTask.organisation, wanted.organisation),
        )
        if value
    ]
    if wanted.severity:
        asked.append(control.in_(codes(wanted.severity)))
    if wanted.standing == "unassigned":
        # Not “no row was joined”: the database would expect one such exception, and read each by itself.
        of, kind = (
            ("hold_id", PaymentHold)
            if control is PaymentHold.control
            else ("finding_id", BatchFinding)
        )
        task = aliased(ExceptionTask)
        given = select(task.id).where(getattr(task, of) == kind.id, task.state != "withdrawn")
        asked.append(~given.correlate(kind).exists())
    elif wanted.standing == "overdue":
        asked += [ExceptionTask.state == "given", ExceptionTask.due_on < clock.today()]
    elif wanted.standing:
        asked.append(ExceptionTask.state == wanted.standing)
    return about_list, asked


def named(kind: str, row_id: Any, keys: Sequence[str]) -> ColumnElement[bool]:
    """Select the exceptions of a kind that are asked for by name; all, where none is."""
    if not keys:
        return true()
    read = (_NAME.fullmatch(key) for key in keys)
    found: ColumnElement[bool] = row_id.in_([int(one[2]) for one in read if one and one[1] == kind])
    return found


def codes(severity: str) -> list[str]:
    """Return the controls of a severity."""
    return sorted(code for code, one in SEVERITY_OF.items() if one == severity)


def _place(after: str) -> tuple[int, datetime | None, str, int]:
    read = _KEY.fullmatch(after)
    if read is None or int(read[1]) >= len(SEVERITIES):
        return 0, None, "", 0
    since = _EPOCH + timedelta(microseconds=min(int(read[2]), 10**17))
    return int(read[1]), since, read[3], int(read[4])


def _later(
    of: str, at: Any, row_id: Any, since: datetime | None, kind: str, number: int
) -> ColumnElement[bool]:
    """Select what comes after a row; of those found in one instant findings come first."""
    if of == kind:
        return tuple_(at, row_id) > tuple_(literal(since), literal(number))
    at_once: ColumnElement[bool] = at >= since if of > kind else at > since
    return at_once


def _found(row: Any) -> Found:
    return Found(
        row.kind, row.id, row.control, row.version, row.found_at, row.batch_no, row.month,
        row.programme, row.division, row.payment_id, row.payee_name, row.lines, row.amount_fen,
        row.task_state, row.organisation, row.due_on,
    )  # fmt: skip
