"""Appropriate money to a programme for a year, and commit it when a batch is approved."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.jobs import enqueue
from service.foundation.money import fen_from_yuan, yuan
from service.foundation.problems import Problem
from service.ledger.models import Appropriation, AppropriationSource
from service.ledger.post import account_code, post

_YEAR_END = {"": "carried_over", "结转": "carried_over", "上缴": "treasury"}


class AppropriationExceeded(Problem):
    """A batch would cost more than the programme's year has left."""

    code = "appropriation_exceeded"
    status = 409
    title = "The appropriation does not cover this"

    def __init__(self, programme: str, wanted_fen: int, left_fen: int) -> None:
        super().__init__(
            f"{programme} has {yuan(left_fen)} yuan left this year; this batch needs {yuan(wanted_fen)}.",
            f"{programme} 本年度剩余预算 {yuan(left_fen)} 元，本批次需要 {yuan(wanted_fen)} 元。",
        )


class AppropriationsUnreadable(Problem):
    """The appropriations file has faults; every one is named."""

    code = "appropriations_unreadable"
    status = 422
    title = "The appropriations file has faults"

    def __init__(self, file_name: str, faults: list[str]) -> None:
        listed = "; ".join(faults)
        super().__init__(f"{file_name}: {listed}.", f"{file_name} 有误：{listed}。", faults=faults)


def appropriate(
    session: Session,
    programme: str,
    year: int,
    amount_fen: int,
    *,
    fund_source: str,
    by: Actor,
    sources: Mapping[str, int] | None = None,
    year_end: Mapping[str, str] | None = None,
) -> Appropriation:
    """Record what a programme may cost in a year; the same figures again change nothing.

    ``sources`` says what each source gives of it ({source: fen}, adding up to the amount); without
    it everything is from ``fund_source``. The money is one: it pays one list. ``year_end`` says of a
    source what becomes of its returned money: ``carried_over`` (unless said) or ``treasury``.
    """
    wanted = {fund_source: amount_fen} if sources is None else dict(sources)
    if sum(wanted.values()) != amount_fen:
        raise ValueError(f"the sources of {programme} do not add up to its appropriation")
    found = session.scalars(
        select(Appropriation)
        .where(Appropriation.programme == programme, Appropriation.year == year)
        .with_for_update()
    ).first()
    before = found.amount_fen if found else 0
    if found is None:
        found = Appropriation(programme=programme, year=year, fund_source=fund_source, amount_fen=0)
        session.add(found)
        session.flush()
    changes = _keep_sources(session, found, wanted)
    _keep_rules(session, found, year_end or {}, by)
    if not changes:
        return found
    found.amount_fen, found.fund_source = amount_fen, fund_source
    change = amount_fen - before
    post(
        session,
        "appropriation.received",
        # An event of its own each time: a figure may be cut and given back. That the same figure
        # is not booked twice is seen above, under the row's lock.
        f"{programme}:{year}:{ids.uuid7()}",
        {
            account_code("available", programme=programme): change,
            **{
                account_code("authority", programme=programme, fund_source=source): -more
                for source, more in changes.items()
            },
        },
        booked_on=clock.today(),
    )
    record(
        session,
        "appropriation.received",
        by=by,
        on=("appropriations", found.id),
        before=str(before),
        after=str(amount_fen),
        details={"programme": programme, "year": year, "sources": wanted},
    )
    if change > 0:
        # Whoever waits for this money is a matter of a later stage.
        enqueue(
            session,
            "instalments.release",
            f"{programme}:{year}:{ids.uuid7()}",
            programme=programme,
            year=year,
        )
    return found


def _keep_sources(
    session: Session, appropriation: Appropriation, wanted: Mapping[str, int]
) -> dict[str, int]:
    """Keep what each source gives now; return by how many fen each changed, without the unchanged."""
    kept = {
        one.fund_source: one
        for one in session.scalars(
            select(AppropriationSource).where(
                AppropriationSource.appropriation_id == appropriation.id
            )
        )
    }
    changes = {}
    for source in sorted({*kept, *wanted}):
        amount_fen = wanted.get(source, 0)
        one = kept.get(source)
        if one is None:
            one = AppropriationSource(
                appropriation_id=appropriation.id, fund_source=source, amount_fen=0
            )
            session.add(one)
        if amount_fen != one.amount_fen:
            changes[source] = amount_fen - one.amount_fen
            one.amount_fen = amount_fen
    return changes


def _keep_rules(
    session: Session, appropriation: Appropriation, wanted: Mapping[str, str], by: Actor
) -> None:
    """Keep what becomes of each source's returned money at the year's end; a change is recorded."""
    session.flush()
    for source, rule in sorted(wanted.items()):
        one = session.get_one(AppropriationSource, (appropriation.id, source))
        if one.year_end == rule:
            continue
        before, one.year_end = one.year_end, rule
        record(
            session,
            "appropriation.year_end_changed",
            by=by,
            on=("appropriations", appropriation.id),
            before=before,
            after=rule,
            details={"source": source},
        )
    session.flush()


def appropriate_from(session: Session, path: Path, *, by: Actor) -> int:
    """Read 年度, 项目代码, 资金来源, 预算金额(元) from a CSV file; return the fen appropriated.

    A column 年末处理 may say of a row's source what becomes of its returned money when the year is
    over: 结转 (carried over, also where nothing is said) or 上缴 (back to the treasury).
    """
    rows, faults = [], []
    rules: dict[tuple[str, int], dict[str, str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            try:
                rows.append(
                    (
                        row["项目代码"],
                        int(row["年度"]),
                        row["资金来源"],
                        fen_from_yuan(row["预算金额(元)"]),
                    )
                )
                rule = (row.get("年末处理") or "").strip()
                if rule not in _YEAR_END:
                    faults.append(f"row {line}: 年末处理 is {rule}; it may be 结转 or 上缴")
                elif rule:
                    key = (row["项目代码"], int(row["年度"]))
                    rules.setdefault(key, {})[row["资金来源"]] = _YEAR_END[rule]
            except KeyError as missing:
                raise AppropriationsUnreadable(
                    path.name, [f"column {missing} is missing"]
                ) from None
            except (Problem, ValueError) as fault:
                faults.append(f"row {line}: {fault}")
    if faults:
        raise AppropriationsUnreadable(path.name, faults)
    # Central, provincial and county money of one programme pays the same list, so it is one figure.
    together: dict[tuple[str, int], dict[str, int]] = {}
    for programme, year, source, amount_fen in rows:
        sources = together.setdefault((programme, year), {})
        sources[source] = sources.get(source, 0) + amount_fen
    for (programme, year), sources in sorted(together.items()):
        appropriate(
            session,
            programme,
            year,
            sum(sources.values()),
            fund_source="、".join(sources),
            by=by,
            sources=sources,
            year_end=rules.get((programme, year)),
        )
    return sum(row[3] for row in rows)


def uncommit(
    session: Session, programme: str, year: int, amount_fen: int, *, event_id: str, on: date
) -> None:
    """Give back to a year what was committed beyond any list, and came back from its bank."""
    session.execute(
        update(Appropriation)
        .where(Appropriation.programme == programme, Appropriation.year == year)
        .values(committed_fen=Appropriation.committed_fen - amount_fen)
    )
    post(
        session,
        "double.came_back",
        event_id,
        {
            account_code("available", programme=programme): amount_fen,
            account_code("returned_held", programme=programme): -amount_fen,
        },
        booked_on=on,
    )


def commit(
    session: Session, programme: str, year: int, amount_fen: int, *, batch: str, on: date
) -> None:
    """Set money aside for an approved batch; raises :class:`AppropriationExceeded`.

    One conditional UPDATE, so that of sixteen approvals racing for the last hundred yuan only
    those that fit succeed; the CHECK constraint is the second wall.
    """
    done = session.scalar(
        update(Appropriation)
        .where(
            Appropriation.programme == programme,
            Appropriation.year == year,
            Appropriation.committed_fen + amount_fen <= Appropriation.amount_fen,
        )
        .values(committed_fen=Appropriation.committed_fen + amount_fen)
        .returning(Appropriation.id)
    )
    if not done:
        left = session.scalar(
            select(Appropriation.amount_fen - Appropriation.committed_fen).where(
                Appropriation.programme == programme, Appropriation.year == year
            )
        )
        raise AppropriationExceeded(programme, amount_fen, left or 0)
    post(
        session,
        "batch.committed",
        batch,
        {
            account_code("commitments", programme=programme): amount_fen,
            account_code("available", programme=programme): -amount_fen,
        },
        booked_on=on,
    )
