"""Keep one page of a push, sealed, until the push is complete."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.intake.push.open import agreed_feed
from service.residents.intake.push.problems import PushComplete, PushDiffers, PushIncomplete
from service.residents.intake.push.queries import push_of
from service.residents.intake.push.rows import read_rows
from service.residents.models import FeedPush, FeedPushPage, FeedSource


def keep_page(
    session: Session, source: FeedSource, feed_code: str, number: str, page_no: int, body: bytes
) -> tuple[FeedPushPage, bool]:
    """Keep a page and return it and whether it is new; the same bytes again change nothing.

    Raises FeedNotAgreed, PushUnknown, PushBusy, JsonWrong, PushFieldsWrong, PushDiffers,
    PushComplete, and PushIncomplete when the feed could never hold so many rows.
    """
    feed = agreed_feed(source, feed_code)
    push = push_of(session, source, feed.code, number, lock="shared")
    sha256 = hashlib.sha256(body).digest()
    known = _kept(session, push, page_no)
    if known is not None:
        return _same(known, sha256), False
    if push.completed_at is not None:
        raise PushComplete
    rows = len(read_rows(body, push.columns))
    if _rows_kept(session, push) + rows > feed.limits.rows_max:
        raise PushIncomplete(
            f"the feed holds at most {feed.limits.rows_max:,} rows",
            f"该数据源最多 {feed.limits.rows_max:,} 行",
        )
    inserted = session.scalar(
        insert(FeedPushPage)
        .values(
            push_id=push.id,
            page_no=page_no,
            sha256=sha256,
            rows=rows,
            content_sealed=sealer().seal(body.decode(), place(push, page_no)),
            received_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(FeedPushPage.page_no)
    )
    kept = _kept(session, push, page_no)
    assert kept is not None  # noqa: S101 - just inserted, by us or by the same page beside us
    return _same(kept, sha256), inserted is not None


def place(push: FeedPush, page_no: int) -> str:
    """Return the place for which a page is sealed."""
    return f"feed_push_pages:content:{push.id}/{page_no}"


def _kept(session: Session, push: FeedPush, page_no: int) -> FeedPushPage | None:
    return session.get(FeedPushPage, (push.id, page_no), populate_existing=True)


def _same(page: FeedPushPage, sha256: bytes) -> FeedPushPage:
    if bytes(page.sha256) != sha256:
        raise PushDiffers(f"Page {page.page_no}", f"第 {page.page_no} 页")
    return page


def _rows_kept(session: Session, push: FeedPush) -> int:
    query = select(func.coalesce(func.sum(FeedPushPage.rows), 0))
    return int(session.scalar(query.where(FeedPushPage.push_id == push.id)) or 0)
