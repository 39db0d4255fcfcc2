"""Each day's root is on the public page, in the list to print and in the API, and never another day's."""

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.log_keys import sign
from service.audit.log.models import PublishedCheckpoint
from service.audit.proof.daily import daily_roots
from service.foundation import clock
from tests.service.notices.hanging import hanging
from tests.service.web.browsing import Browser


def published_at(session: Session, size: int, at: datetime) -> str:
    """Publish a checkpoint at a moment; return its root in hex."""
    root = os.urandom(32)
    note = sign(Checkpoint("anxin.county/audit", size, root), int(at.timestamp())).write()
    session.add(PublishedCheckpoint(size=size, published_at=at, note=note))
    session.flush()
    return root.hex()


def test_the_last_root_of_each_day_is_printed(made: Session, browser: Browser) -> None:
    today = clock.today()
    midnight = datetime(today.year, today.month, today.day, tzinfo=clock.SHANGHAI).astimezone(UTC)
    roots = {
        size: published_at(made, size, midnight - timedelta(hours=hours))
        for size, hours in (
            (10, 80),
            (20, 50),
            (21, 49),
            (500, 25),
            (777, 3),
            (900, 1),
            (905, -0.001),
        )
    }
    said = daily_roots(made, before=today)
    assert [(one.day, one.size, one.root) for one in said] == [
        (today - timedelta(days=1), 900, roots[900]),
        (today - timedelta(days=2), 500, roots[500]),
        (today - timedelta(days=3), 21, roots[21]),
        (today - timedelta(days=4), 10, roots[10]),
    ]
    assert len(said[0].grouped.split()) == 8
    page = browser.get("/notices").text
    assert said[0].grouped in page
    assert roots[905][:8] not in page
    answer = browser.get("/api/notices/daily-roots").json()
    assert answer[1] == {"day": str(said[1].day), "size": 500, "root": roots[500]}
    hung = hanging(made, 3)
    assert said[0].grouped in browser.get(f"/notices/{hung.notice.number}?paper=1").text
    assert said[0].grouped not in browser.get(f"/notices/{hung.notice.number}").text


def test_a_log_without_a_day_prints_nothing(made: Session, browser: Browser) -> None:
    assert daily_roots(made, before=clock.today()) == []
    assert "roots" not in browser.get("/notices").text
