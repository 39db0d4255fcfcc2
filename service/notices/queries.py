"""Every reading about notices; what the public reads comes from ``notices`` and ``notice_lines`` alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from service.batches.models import Batch
from service.foundation.problems import NotFound
from service.notices.models import Notice, NoticeLine
from service.notices.objections.models import Objection

SHOWN_AFTERWARDS = timedelta(days=30)
Standing = Literal["hanging", "ended", "replaced"]


@dataclass(frozen=True)
class Posted:
    """A posting with its batch, and whether it hangs now."""

    notice: Notice
    batch: Batch
    standing: Standing

    def days_left(self, on: date) -> int:
        """Return how many days it still hangs after this one."""
        return max((self.notice.ends_on - on).days, 0)


@dataclass(frozen=True)
class Village:
    """What a notice shows of one division: lines with and without a name, and the shown amounts."""

    division: str | None
    named: int
    unnamed: int
    amount_fen: int


def posted(session: Session, *, on: date) -> list[Posted]:
    """Return what hangs, and what ended or was replaced lately; the first to end comes first."""
    rows = session.execute(
        _postings()
        .where(Notice.ends_on >= on - SHOWN_AFTERWARDS)
        .order_by(Notice.ends_on, Notice.number)
    )
    return [Posted(notice, batch, _standing(notice, batch, now, on)) for notice, batch, now in rows]


def by_number(session: Session, number: str, *, on: date) -> Posted:
    """Return one posting; raises NotFound."""
    row = session.execute(_postings().where(Notice.number == number)).first()
    if row is None:
        raise NotFound("notice")
    notice, batch, now = row
    return Posted(notice, batch, _standing(notice, batch, now, on))


def changed_list(session: Session, one: Posted) -> str:
    """Return the number of the posting that replaced this one, or "" where none hangs yet."""
    if one.standing != "replaced":
        return ""
    original = aliased(Notice)
    found = session.scalar(
        select(original.number)
        .join(Notice, func.coalesce(Notice.original_id, Notice.id) == original.id)
        .where(Notice.batch_id == one.batch.id, Notice.lines_root == one.batch.lines_root)
    )
    return found or ""


def villages(session: Session, notice: Notice) -> list[Village]:
    """Return a posting's lines by division."""
    named = NoticeLine.name_masked.is_not(None)
    rows = session.execute(
        select(
            NoticeLine.division,
            func.count().filter(named),
            func.count().filter(~named),
            func.coalesce(func.sum(NoticeLine.amount_fen), 0),
        )
        .where(NoticeLine.notice_id == notice.id)
        .group_by(NoticeLine.division)
        .order_by(NoticeLine.division.nulls_last())
    )
    return [Village(division, some, others, int(fen or 0)) for division, some, others, fen in rows]


def named_lines(
    session: Session, notice: Notice, *, division: str, after: int = 0, limit: int
) -> tuple[list[NoticeLine], int]:
    """Return lines that are shown by name, of one division or (``division`` empty) of all.

    They are those beyond a place on the list; with them comes the place after which the next page
    begins, 0 when there is none.
    """
    found = session.scalars(
        _named(notice, division)
        .where(NoticeLine.place > after)
        .order_by(NoticeLine.place)
        .limit(limit + 1)
    ).all()
    shown = list(found[:limit])
    return shown, shown[-1].place if len(found) > limit else 0


def shown_line(session: Session, notice: Notice, place: int) -> NoticeLine | None:
    """Return a line that the public page shows by name."""
    if not 0 < place < 2**31:
        return None
    return session.scalars(_named(notice, "").where(NoticeLine.place == place)).first()


def objected(session: Session, notice: Notice, places: Collection[int]) -> dict[int, str]:
    """Return {place: open or upheld} of the lines that are out of the list because of an objection."""
    rows = session.execute(
        select(Objection.place, func.bool_or(Objection.state == "upheld"))
        .where(
            Objection.notice_id == notice.id,
            Objection.place.in_(places),
            Objection.state.in_(("open", "upheld")),
        )
        .group_by(Objection.place)
    )
    return {place: "upheld" if upheld else "open" for place, upheld in rows if place is not None}


def objections_so_far(session: Session, notice: Notice) -> tuple[int, int]:
    """Return how many objections came to a posting, and how many are answered."""
    came, still_open = session.execute(
        select(func.count(), func.count().filter(Objection.state == "open")).where(
            Objection.notice_id == notice.id
        )
    ).one()
    return came, came - still_open


def _named(notice: Notice, division: str) -> Select[NoticeLine]:
    found = select(NoticeLine).where(
        NoticeLine.notice_id == notice.id, NoticeLine.name_masked.is_not(None)
    )
    return found.where(NoticeLine.division == division) if division else found


def _postings() -> Select[Notice, Batch, UUID]:
    # The notice of the batch's present lines; after an objection it is what is left of a posting.
    now = aliased(Notice)
    return (
        select(Notice, Batch, func.coalesce(now.original_id, now.id))
        .join(Batch, Batch.id == Notice.batch_id)
        .outerjoin(now, (now.batch_id == Batch.id) & (now.lines_root == Batch.lines_root))
        .where(Notice.number.is_not(None))
    )


def _standing(notice: Notice, batch: Batch, now: UUID | None, on: date) -> Standing:
    if now != notice.id:
        return "replaced"
    return "hanging" if batch.state == "noticed" and on <= notice.ends_on else "ended"
