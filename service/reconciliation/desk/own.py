"""Take exceptions of finance, hand them to a colleague, or lay them down; each act is recorded.

Who looks after something decides nothing by it: every act on the matter keeps its own rules.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.moves import event_for
from service.audit.record import record
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers import queries as officer_queries
from service.officers.may import may, require
from service.officers.models import Officer
from service.reconciliation.desk import find
from service.reconciliation.desk.models import FinanceTask
from service.reconciliation.desk.problems import ColleagueUnfit, MatterOver, NothingChosen

ACT = "reconciliation.resolve"
NOTE_MAX = 500


def take(
    session: Session, keys: Sequence[str], *, note: str = "", by: Officer, session_id: str = ""
) -> None:
    """Look after exceptions oneself; what a colleague has is taken over with a note only.

    All of them or none. Raises NotAllowed, NothingChosen, MatterOver, ReasonMissing.
    """
    require(by, ACT)
    for task, key in _tasks(session, keys):
        if task.owner_id == by.id:
            continue
        if task.owner_id is not None and not note.strip():
            raise ReasonMissing
        _change(session, task, key, "taken", by, note, by, session_id)


def hand(
    session: Session,
    keys: Sequence[str],
    *,
    to: str,
    note: str,
    by: Officer,
    session_id: str = "",
) -> None:
    """Hand exceptions to a colleague by user name, with a note. All of them or none.

    Raises NotAllowed, NothingChosen, MatterOver, ReasonMissing, ColleagueUnfit.
    """
    require(by, ACT)
    if not note.strip():
        raise ReasonMissing
    colleague = officer_queries.by_username(session, to.strip())
    if colleague is None or not colleague.active or not may(colleague, ACT):
        raise ColleagueUnfit(to.strip()[:40])
    for task, key in _tasks(session, keys):
        _change(session, task, key, "handed", colleague, note, by, session_id)


def lay_down(
    session: Session, keys: Sequence[str], *, note: str, by: Officer, session_id: str = ""
) -> None:
    """Give exceptions back to everybody; raises as :func:`take`. What nobody has stays as it is."""
    require(by, ACT)
    if not note.strip():
        raise ReasonMissing
    for task, key in _tasks(session, keys):
        if task.owner_id is not None:
            _change(session, task, key, "open", None, note, by, session_id)


def colleagues(session: Session) -> list[Officer]:
    """Return the officers who may look after exceptions of finance."""
    return [one for one in officer_queries.everyone(session) if one.active and may(one, ACT)]


def tasks_of(session: Session, found: Sequence[find.Found]) -> dict[str, FinanceTask]:
    """Return {key: task} of those exceptions that somebody looks after."""
    keys = {(one.kind, str(one.id)): one.key for one in found}
    tasks = session.scalars(
        select(FinanceTask).where(
            FinanceTask.kind.in_({kind for kind, _ in keys}),
            FinanceTask.thing.in_({thing for _, thing in keys}),
            FinanceTask.state != "open",
        )
    )
    return {keys[one.kind, one.thing]: one for one in tasks if (one.kind, one.thing) in keys}


def task_of(session: Session, one: find.Found) -> FinanceTask | None:
    """Return the task of an exception, also one that was laid down."""
    return session.scalars(
        select(FinanceTask).where(FinanceTask.kind == one.kind, FinanceTask.thing == str(one.id))
    ).first()


def _tasks(session: Session, keys: Sequence[str]) -> list[tuple[FinanceTask, str]]:
    """Return the tasks of open exceptions under their locks, always in the same order."""
    found = []
    for key in sorted(dict.fromkeys(keys)):
        one = find.one(session, key)
        if one is None:
            raise MatterOver(key[:60])
        found.append((_locked(session, one), key))
    if not found:
        raise NothingChosen
    return found


def _locked(session: Session, one: find.Found) -> FinanceTask:
    which = select(FinanceTask).where(
        FinanceTask.kind == one.kind, FinanceTask.thing == str(one.id)
    )
    locked = which.with_for_update().execution_options(populate_existing=True)
    kept = session.scalars(locked).first()
    return kept or FinanceTask(kind=one.kind, thing=str(one.id), owner_id=None)


def _change(
    session: Session,
    task: FinanceTask,
    key: str,
    to: str,
    owner: Officer | None,
    note: str,
    by: Officer,
    session_id: str,
) -> None:
    before = task.state or ""
    event = event_for("finance_tasks", key, before, to)
    values = {
        "state": to,
        "owner_id": owner.id if owner else None,
        "note": note.strip()[:NOTE_MAX],
        "changed_at": clock.now(),
    }
    if before:
        for name, value in values.items():
            setattr(task, name, value)
        session.flush()
        task_id = task.id
    else:
        made = session.scalar(
            insert(FinanceTask)
            .values(kind=task.kind, thing=task.thing, **values)
            .on_conflict_do_nothing()
            .returning(FinanceTask.id)
        )
        if made is None:
            # Somebody was quicker by a moment: what is true now has to be looked at first.
            raise MatterOver(key)
        task_id = made
    record(
        session,
        event,
        by=by.actor(session_id),
        on=("finance_tasks", task_id),
        before=before,
        after=to,
        reason=str(values["note"]),
        details={"exception": key, "owner": str(owner.id) if owner else ""},
    )
    session.flush()
