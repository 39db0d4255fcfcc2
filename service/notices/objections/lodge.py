"""Take an objection: seal what was said, hold the line it is about, and count the days to the answer."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.batches.models import Batch
from service.batches.queries import locked
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.working_days import last_day
from service.notices.models import Notice, NoticeLine
from service.notices.objections.about import concerned
from service.notices.objections.codes import code_for, code_index, fresh_once
from service.notices.objections.hold import digest_of, take_out
from service.notices.objections.models import WHO, Objection
from service.notices.objections.problems import (
    NoticeOver,
    ObjectedTooOften,
    ObjectionIncomplete,
)
from service.officers.may import NOWHERE, Matter, require
from service.officers.models import Officer
from service.residents.identity.canonical import aliases

TEXT_CHARS_MIN = 5
TEXT_CHARS_MAX = 1_000
CONTACT_CHARS_MAX = 100
OF_ALL_PER_MINUTE_MAX = 60
OF_NOTICE_PER_HOUR_MAX = 60
OF_LINE_PER_DAY_MAX = 5
OF_PERSON_PER_DAY_MAX = 5
_LOCK_SPACE = 0x0B1EC7
PUBLIC = Actor(kind="public", id="notice page")
"""Somebody without an account: who it was is not asked."""


@dataclass(frozen=True)
class Said:
    """What somebody says against a list; ``place`` is the line's number, None for the whole list."""

    text: str
    who: str = "other"
    contact: str = ""
    place: int | None = None
    once: str = ""


@dataclass(frozen=True)
class Own:
    """Who signed in on the own pages: in whose name it is, and who acts where that is another."""

    person_id: int
    acted_by: int | None = None
    acted_as: str | None = None
    """guardian or proxy."""


@dataclass(frozen=True)
class Lodged:
    """An objection that was taken, and the code by which its answer is read."""

    objection: Objection
    code: str
    line_held: bool


def lodge(
    session: Session,
    notice: Notice,
    said: Said,
    *,
    on: date,
    taken_by: Officer | None = None,
    session_id: str = "",
    own: Own | None = None,
) -> Lodged:
    """Keep an objection and hold its line. Pressing twice (the same ``once``) is one objection.

    From the public page and from a resident's own (``own``) it is taken until the notice's last day;
    an officer takes one until the list is approved. Raises ObjectionIncomplete, NoticeOver, ObjectedTooOften.
    """
    if taken_by is not None:
        require(taken_by, "notices.take_objection")
    code = code_for(_once(said.once, own))
    before = begin(session, said.text, said.who, code)
    if before is not None:
        return Lodged(before, code, before.payment_id is not None)
    line = _line(session, notice, said.place, to_all=taken_by is None)
    if taken_by is not None:
        require(taken_by, "notices.take_objection", _about(session, notice, line))
    else:
        refuse_haste(session, own)
        _refuse_haste(session, notice, said.place)
    batch = locked(session, notice.batch_id)
    _require_open(session, batch, notice, on=on, by_officer=taken_by is not None)
    made = Objection(
        id=ids.uuid7(),
        notice_id=notice.id,
        programme=batch.programme,
        month=batch.month,
        person_id=own.person_id if own else None,
        place=line.place if line else None,
        payment_id=line.payment_id if line else None,
        line_digest=_digest(session, line) if line else None,
        who=said.who,
        code_index=code_index(code),
        taken_by=taken_by.id if taken_by else None,
        due_on=last_day(on, notice.answer_days, working=True).last,
    )
    actor = taken_by.actor(session_id) if taken_by else PUBLIC
    keep(session, made, said, by=actor, notice=notice.number or "", batch=batch)
    if line is not None:
        take_out(session, batch, line.payment_id, by=actor)
    return Lodged(made, code, line is not None)


def begin(session: Session, said: str, who: str, code: str) -> Objection | None:
    """Let one after the other object; return what was kept under the same code already.

    Raises ObjectionIncomplete.
    """
    if not TEXT_CHARS_MIN <= len(said.strip()) <= TEXT_CHARS_MAX or who not in WHO:
        raise ObjectionIncomplete(TEXT_CHARS_MIN, TEXT_CHARS_MAX)
    # A hundred at once would each find nobody before them.
    session.execute(text("SELECT pg_advisory_xact_lock(:space)"), {"space": _LOCK_SPACE})
    return session.scalars(
        select(Objection).where(Objection.code_index == code_index(code))
    ).first()


def keep(
    session: Session, made: Objection, said: Said, *, by: Actor, notice: str, batch: Batch | None
) -> None:
    """Seal what was said and keep the objection, open from now on."""
    made.lodged_at = clock.now()
    made.text_sealed = sealer().seal(said.text.strip(), f"objections:text:{made.id}")
    contact = said.contact.strip()[:CONTACT_CHARS_MAX]
    if contact:
        made.contact_sealed = sealer().seal(contact, f"objections:contact:{made.id}")
    session.add(made)
    move(
        session,
        made,
        "open",
        by=by,
        details={
            "notice": notice,
            "place": said.place or 0,
            "due_on": made.due_on.isoformat(),
            **({"as": made.acted_as} if made.acted_as else {}),
        },
        sealed={"text": said.text.strip(), "contact": contact, "who": said.who},
        about=concerned(made, batch),
    )


def _once(once: str, own: Own | None) -> str:
    """Return what a form carried; of somebody signed in, nobody else's is the same."""
    if own is None or not once:
        return once or fresh_once()
    return f"{own.acted_by or own.person_id} {once}"


def _line(
    session: Session, notice: Notice, place: int | None, *, to_all: bool
) -> NoticeLine | None:
    if place is None:
        return None
    line = session.get(NoticeLine, (notice.id, place)) if 0 < place < 2**31 else None
    # Who cannot be seen cannot be pointed at from outside, or numbers could be tried one by one.
    if line is None or (to_all and line.name_masked is None):
        raise ObjectionIncomplete(TEXT_CHARS_MIN, TEXT_CHARS_MAX)
    return line


def _about(session: Session, notice: Notice, line: NoticeLine | None) -> Matter:
    """Return what is objected to: a line where it is, or a list, of which a township has a part."""
    division = "" if line is None else line.division or NOWHERE
    batch = session.get_one(Batch, notice.batch_id)
    return Matter(kind="line", division=division, programme=batch.programme)


def _digest(session: Session, line: NoticeLine) -> bytes:
    # A line that is out already may have been changed since: what hung is what the first one kept.
    first = session.scalar(
        select(Objection.line_digest)
        .where(Objection.notice_id == line.notice_id, Objection.place == line.place)
        .order_by(Objection.number)
        .limit(1)
    )
    return first or digest_of(session, line.payment_id)


def _require_open(
    session: Session, batch: Batch, notice: Notice, *, on: date, by_officer: bool
) -> None:
    """The notice must be the one that hangs now, and its days must not be over for the public."""
    newest = session.scalar(
        select(Notice.id).where(
            Notice.batch_id == batch.id, Notice.lines_root == batch.lines_root,
            func.coalesce(Notice.original_id, Notice.id) == notice.id,
        )
    )  # fmt: skip
    if batch.state != "noticed" or newest is None or (on > notice.ends_on and not by_officer):
        raise NoticeOver(notice.ends_on)


def refuse_haste(session: Session, own: Own | None = None) -> None:
    """Raise ObjectedTooOften for too many of all, or of one who is signed in."""
    now = clock.now()
    counted = select(func.count()).select_from(Objection).where(Objection.taken_by.is_(None))
    of_all = session.scalar(counted.where(Objection.lodged_at > now - timedelta(minutes=1)))
    if (of_all or 0) >= OF_ALL_PER_MINUTE_MAX:
        raise ObjectedTooOften(1)
    if own is None:
        return
    mine = aliases(session, own.acted_by or own.person_id)
    of_one = counted.where(
        func.coalesce(Objection.acted_by, Objection.person_id).in_(mine),
        Objection.lodged_at > now - timedelta(days=1),
    )
    if (session.scalar(of_one) or 0) >= OF_PERSON_PER_DAY_MAX:
        raise ObjectedTooOften(24 * 60)


def _refuse_haste(session: Session, notice: Notice, place: int | None) -> None:
    now = clock.now()
    of_notice = (
        select(func.count())
        .select_from(Objection)
        .where(Objection.taken_by.is_(None), Objection.notice_id == notice.id)
    )
    if (
        session.scalar(of_notice.where(Objection.lodged_at > now - timedelta(hours=1))) or 0
    ) >= OF_NOTICE_PER_HOUR_MAX:
        raise ObjectedTooOften(60)
    if place is not None:
        of_line = of_notice.where(
            Objection.place == place, Objection.lodged_at > now - timedelta(days=1)
        )
        if (session.scalar(of_line) or 0) >= OF_LINE_PER_DAY_MAX:
            raise ObjectedTooOften(24 * 60)
