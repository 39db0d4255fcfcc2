"""The reviewer's queue: how long each list has waited, and until when its notice hangs."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from service.foundation import clock
from service.notices.submit import submit_and_post
from tests.factories.batches import county_batch
from tests.factories.officers import staff
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


def test_a_list_waits_with_its_age_and_the_last_day_of_its_notice(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, batch = staff(), county_batch(made, 2, programme="MZ01")
    today = clock.today()
    with time_machine.travel(clock.now() - timedelta(days=3)):
        submit_and_post(made, batch, by=people.maker, on=today)
    browser = sign_in_as(officer=people.reviewer)
    said = text_of(browser.get("/").text)
    last = today + timedelta(days=7)
    assert (
        f"2 复核 最低生活保障金 {batch.batch_no} 应发 200.03 元；公示至 {last} 已等待 3 天" in said
    )
    assert f'href="/batches/{batch.batch_no}/decide"' in browser.get("/").text


def test_who_has_acted_and_who_may_not_act_is_not_asked(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, batch = staff(), county_batch(made, 2)
    submit_and_post(made, batch, by=people.maker, on=clock.today())
    people.maker.duties = ["reviewer"]
    made.flush()
    assert batch.batch_no not in sign_in_as(officer=people.maker).get("/").text
    assert batch.batch_no not in sign_in_as(officer=people.signer).get("/").text
    assert batch.batch_no in sign_in_as(officer=people.reviewer).get("/").text


def test_whoever_handed_a_list_on_sees_who_has_it_until_he_has_it_himself(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, batch = staff(), county_batch(made, 2, programme="MZ01")
    with time_machine.travel(clock.now() - timedelta(days=3)):
        submit_and_post(made, batch, by=people.maker, on=clock.today())
    maker = sign_in_as(officer=people.maker)
    [item] = maker.get("/api/queue?of=others").json()
    assert (item["count"], item["href"]) == (2, f"/batches/{batch.batch_no}")
    assert people.reviewer.name in item["owed_by"]
    assert "等待他人 1" in text_of(maker.get("/").text)
    assert sign_in_as(officer=people.reviewer).get("/api/queue?of=others").json() == []
    assert sign_in_as(officer=people.signer).get("/api/queue?of=others").json() == []
