"""Feeds on pages: how fresh, what was rejected and why, and bringing a file by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.residents import feeds
from service.residents.models import Delivery
from tests.factories import residents
from tests.factories.residents import DeliveryFactory, id_number
from tests.service.web.browsing import Browser, SignInAs

HEADER = "罪犯身份证号,姓名,入监日期,出监日期"
GOOD, BAD = id_number(1), id_number(2)[:-1] + "?"


@pytest.fixture(autouse=True)
def made(session: Session) -> None:
    residents.use(session)


def bring(browser: Browser, content: bytes, name: str = "司法局_2026.csv") -> Any:
    return browser.submit(
        "/feeds/SF_PRISON/deliveries", shown_at="/feeds/SF_PRISON", files={"file": (name, content)}
    )


def table(*rows: str) -> bytes:
    """Return a delivery of the prison feed."""
    return "\r\n".join([HEADER, *rows]).encode()


def rows_of(count: int) -> list[str]:
    return [f"{id_number(10 + n, '19800101')},试样,2026-01-05," for n in range(count)]


def test_a_delivery_brought_by_hand_is_imported_and_its_rejected_rows_are_named(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    answer = bring(browser, table(*rows_of(30), f"{BAD},试样甲,2026-01-05,", f"{GOOD},试样乙,,"))
    assert answer.status_code == 303
    shown = browser.get(answer.headers["location"]).text
    kept = session.scalars(select(Delivery).where(Delivery.feed == "SF_PRISON")).one()
    assert (kept.state, kept.rows_accepted, kept.rows_rejected) == ("imported", 30, 2)
    assert "2 行被退回" in shown
    rejected = shown[shown.index('id="rejected"') :]
    assert "罪犯身份证号" in rejected
    assert "“入监日期”为空，此项必填" in rejected
    assert ">32<" in rejected.replace(" ", "").replace("\n", "")
    for secret in (BAD, GOOD, "试样甲", "试样乙"):
        assert secret not in shown


def test_a_file_that_is_another_table_is_refused_as_a_whole_with_the_reason(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    answer = bring(browser, "甲,乙\r\n1,2\r\n".encode())
    assert answer.status_code == 303
    shown = browser.get(answer.headers["location"]).text
    assert "整份文件被拒收" in shown
    assert "缺少必需的列" in shown
    assert "被拒收" in browser.get("/feeds").text
    assert "逾期或被拒收的数据源" in browser.get("/").text


def test_nothing_chosen_is_said_at_the_field(sign_in_as: SignInAs) -> None:
    refused = bring(sign_in_as("steward"), b"")
    assert refused.status_code == 422
    assert "请选择一个非空文件" in refused.text


def test_a_feed_is_late_when_its_agreement_says_so(sign_in_as: SignInAs, session: Session) -> None:
    now = clock.now()
    old = feeds.feed("GA_HUKOU").gate_days + 2
    DeliveryFactory.create(feed="GA_HUKOU", received_at=now - timedelta(days=old))
    DeliveryFactory.create(feed="NY_LAND", received_at=now - timedelta(days=3))
    browser = sign_in_as("steward")
    shown = browser.get("/feeds").text
    rows = shown[shown.index("<tbody>") :].split("</tr>")
    by_code = {
        code: next(row for row in rows if code in row)
        for code in ("GA_HUKOU", "NY_LAND", "SF_PRISON")
    }
    assert "过旧，停止审批" in by_code["GA_HUKOU"]
    assert "及时" in by_code["NY_LAND"]
    assert "从未报送" in by_code["SF_PRISON"]
    assert by_code["GA_HUKOU"] in rows[:3], "what has to be asked about comes first"
    urgent = shown[shown.index("请先处理") : shown.index("<tbody>")]
    assert "户籍登记：请立即联系公安" in urgent
    assert "NY_LAND" not in browser.get("/feeds?state=stale").text
    assert f"已等待 {old} 天" in browser.get("/").text


def test_makers_read_and_only_the_steward_brings(sign_in_as: SignInAs) -> None:
    shown = sign_in_as("maker").get("/feeds/GA_HUKOU")
    assert shown.status_code == 200
    assert 'action="/feeds/GA_HUKOU/deliveries"' not in shown.text
    assert sign_in_as("reviewer").get("/feeds").status_code == 403


def test_a_feed_or_delivery_that_does_not_exist_is_not_found(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("steward")
    assert browser.get("/feeds/NO_FEED").status_code == 404
    other = DeliveryFactory.create(feed="NY_LAND")
    assert browser.get(f"/feeds/GA_HUKOU/deliveries/{other.id}").status_code == 404
    assert browser.get(f"/feeds/NY_LAND/deliveries/{ids.uuid7()}").status_code == 404
    assert browser.get("/feeds?state=nothing").status_code == 404


def test_fifty_feeds_with_a_year_behind_them_stay_a_small_page(
    session: Session, sign_in_as: SignInAs
) -> None:
    now = clock.now()
    for place, code in enumerate(feeds.every()):
        for week in range(14):
            DeliveryFactory.create(
                feed=code,
                received_at=now - timedelta(days=7 * week + place % 3),
                rows_total=480_000 + 17 * week,
                rows_accepted=480_000 + 13 * week,
                rows_rejected=4 * week,
            )
    for language in ("zh-CN", "en"):
        shown = sign_in_as("steward", language=language).get("/feeds")
        assert shown.headers["content-encoding"] == "gzip"
        assert int(shown.headers["content-length"]) < 12_000
        assert shown.text.count("<polyline") == len(feeds.every())
        assert all(f'href="/feeds/{code}"' in shown.text for code in feeds.every())
    assert "12 deliveries: first 480,143, last 480,000 rows" in shown.text


def test_how_complete_a_delivery_is_and_what_was_smoothed_is_said(
    session: Session, sign_in_as: SignInAs
) -> None:
    one = DeliveryFactory.create(
        feed="SF_PRISON",
        rows_total=200,
        rows_accepted=200,
        filled={"person": 200, "name": 199, "from_date": 200, "to_date": 30},
        notices={"id_small_x": 7, "spaces_trimmed": 12},
    )
    shown = sign_in_as("auditor").get(f"/feeds/SF_PRISON/deliveries/{one.id}").text
    smoothed = shown[shown.index('id="smoothed"') : shown.index('id="complete"')]
    assert smoothed.index("值前后的空格已去除") < smoothed.index("身份证号末位小写 x 已改为 X")
    complete = shown[shown.index('id="complete"') :]
    assert [share for share in ("100%", "99%", "15%") if f">{share}<" in complete] == [
        "100%",
        "99%",
        "15%",
    ]
    assert "出监日期" in complete


def test_whoever_brings_a_file_may_say_of_which_day_it_is(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    for day, content in (("2026-10-31", table(*rows_of(3))), ("", table(*rows_of(4)))):
        browser.submit(
            "/feeds/SF_PRISON/deliveries",
            shown_at="/feeds/SF_PRISON",
            files={"file": ("名单.csv", content)},
            data={"as_of": day},
        )
    kept = session.scalars(select(Delivery).order_by(Delivery.received_at)).all()
    assert [one.as_of for one in kept] == [date(2026, 10, 31), clock.today()]
    assert {one.channel for one in kept} == {"page"}
