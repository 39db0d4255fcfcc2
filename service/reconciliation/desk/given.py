"""The list as a file: the same filter, names masked, nobody's numbers in it."""

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from service.foundation.money import yuan
from service.ledger.queries import channels
from service.officers import queries as officer_queries
from service.reconciliation.desk import find, own, tell
from service.reconciliation.desk.wanted import Wanted
from service.web.filters import masked_name

_PART = 1_000


def csv_lines(session: Session, wanted: Wanted) -> Iterator[str]:
    """Yield the list as lines of CSV, its header first."""
    yield _csv(
        "exception", "kind", "since", "working_days", "bank", "programme", "division", "reference",
        "payee", "code", "reason", "next_step", "who", "amount_yuan", "state", "owner",
    )  # fmt: skip
    banks = {one.id: one.code for one in channels(session)}
    names = {one.id: one.username for one in officer_queries.everyone(session)}
    age = lru_cache(maxsize=1_000)(tell.age_of)
    part: list[find.Found] = []
    for one in find.every(session, wanted):
        part.append(one)
        if len(part) == _PART:
            yield from _rows(session, part, banks, names, age)
            part = []
    yield from _rows(session, part, banks, names, age)


def _rows(
    session: Session, part: list[find.Found], banks: dict[Any, str], names: dict[Any, str], age: Any
) -> Iterator[str]:
    tasks = own.tasks_of(session, part)
    for one in part:
        task = tasks.get(one.key)
        yield _csv(
            one.key, one.kind, one.since.isoformat(), age(one.since), banks.get(one.channel_id, ""),
            one.programme, one.division, one.reference,
            masked_name(one.payee_name) if one.payee_name else "", one.code, tell.why(one),
            tell.step(one), tell.who(one), yuan(one.amount_fen).replace(",", ""), one.state,
            names.get(task.owner_id, "") if task else "",
        )  # fmt: skip


def _csv(*cells: Any) -> str:
    written = io.StringIO()
    # A cell that a spreadsheet would take for a formula is given as text.
    safe = [f"'{one}" if _is_formula(str(one)) else one for one in cells]
    csv.writer(written).writerow(safe)
    return written.getvalue()


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate a cell; an amount below zero is none."""
    return cell[:1] in ("=", "+", "@", "\t", "\r") or (
        cell[:1] == "-" and not cell[1:].replace(".", "", 1).isdecimal()
    )
