"""Complete a push: compare what came with what was sent, import it, and say what became of it."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.feeds import Feed
from service.residents.importing import import_delivery
from service.residents.intake.bring import actor_of
from service.residents.intake.push.json_text import read_json
from service.residents.intake.push.open import agreed_feed, fields_of
from service.residents.intake.push.page import place
from service.residents.intake.push.problems import (
    PushDiffers,
    PushFieldsWrong,
    PushIncomplete,
)
from service.residents.intake.push.queries import pages_of, push_of
from service.residents.intake.push.rows import read_rows
from service.residents.models import Delivery, FeedPush, FeedPushPage, FeedSource

_FIELDS = frozenset({"pages", "rows", "sha256"})
_SHA256 = re.compile("[0-9a-f]{64}")
_MISSING_SAID_MAX = 100


def complete_push(
    session: Session, source: FeedSource, feed_code: str, number: str, body: bytes
) -> tuple[FeedPush, Delivery]:
    """Import a push whose pages are all here; completing it again returns the same delivery.

    The body is ``{"pages": n, "rows": n, "sha256": "…"}``, the last over the pages' own SHA-256
    digests, one after the other. Raises FeedNotAgreed, PushUnknown, PushBusy, JsonWrong,
    PushFieldsWrong, PushIncomplete, and PushDiffers for other totals than the first time.
    """
    feed = agreed_feed(source, feed_code)
    push = push_of(session, source, feed.code, number, lock="alone")
    pages_said, rows_said, sha256_said = _understood(read_json(body, integers=True))
    pages = pages_of(session, push)
    is_same = (len(pages), sum(one.rows for one in pages), digest_of(pages)) == (
        pages_said,
        rows_said,
        sha256_said,
    )
    if push.completed_at is not None:
        if not is_same:
            raise PushDiffers("The completion of this push", "该推送的完成信息")
        return push, session.get_one(Delivery, push.delivery_id)
    _refuse_incomplete(pages, pages_said, rows_said)
    if not is_same:
        raise PushIncomplete("the pages are not the ones that were sent", "分页摘要不一致")
    delivery = import_delivery(
        session,
        feed.code,
        _csv(session, push, feed),
        f"{number}.csv",
        by=actor_of(source),
        channel="push",
        as_of=push.as_of,
        division=source.division,
    )
    push.completed_at, push.delivery_id = clock.now(), delivery.id
    # Digests stay, so that a repeated page is still recognised; what people are called goes.
    session.execute(
        update(FeedPushPage)
        .where(FeedPushPage.push_id == push.id)
        .values(content_sealed=None)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return push, delivery


def digest_of(pages: Sequence[FeedPushPage]) -> str:
    """Return SHA-256 in hex over the pages' digests in order."""
    return hashlib.sha256(b"".join(bytes(one.sha256) for one in pages)).hexdigest()


def _understood(content: object) -> tuple[int, int, str]:
    given = content if isinstance(content, dict) else {}
    faults: list[dict[str, Any]] = [
        {"field": name[:40], "code": "extra_forbidden"} for name in sorted(given.keys() - _FIELDS)
    ]
    pages, rows, sha256 = (given.get(name) for name in ("pages", "rows", "sha256"))
    for name, number in (("pages", pages), ("rows", rows)):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            faults.append({"field": name, "code": "count_expected"})
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        faults.append({"field": "sha256", "code": "digest_expected"})
    if faults:
        raise PushFieldsWrong(faults)
    return int(pages or 0), int(rows or 0), str(sha256)


def _refuse_incomplete(pages: Sequence[FeedPushPage], pages_said: int, rows_said: int) -> None:
    here = {one.page_no for one in pages}
    missing = [
        number
        for number in range(1, min(pages_said, len(here) + _MISSING_SAID_MAX) + 1)
        if number not in here
    ]
    if missing:
        raise PushIncomplete(
            f"pages are missing, the first is {missing[0]}",
            f"缺少分页，首个为第 {missing[0]} 页",
            missing_pages=missing[:_MISSING_SAID_MAX],
        )
    if len(here) > pages_said:
        raise PushIncomplete(
            f"{len(here)} pages are here, {pages_said} were said",
            f"已收到 {len(here)} 页，申报 {pages_said} 页",
        )
    rows = sum(one.rows for one in pages)
    if rows != rows_said:
        raise PushIncomplete(
            f"{rows} rows are here, {rows_said} were said", f"已收到 {rows} 行，申报 {rows_said} 行"
        )


def _csv(session: Session, push: FeedPush, feed: Feed) -> bytes:
    """Return the pages as the CSV that the department would have sent as a file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    fields = fields_of(feed, push.columns)
    writer.writerow([feed.column(field).header for field in fields if field])
    pages = session.execute(
        select(FeedPushPage.page_no, FeedPushPage.content_sealed)
        .where(FeedPushPage.push_id == push.id)
        .order_by(FeedPushPage.page_no)
        .execution_options(yield_per=8)
    )
    for page_no, sealed in pages:
        body = sealer().open(sealed or b"", place(push, page_no))
        writer.writerows(read_rows(body.encode(), push.columns))
    return stream.getvalue().encode()
