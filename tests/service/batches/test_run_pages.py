"""The page on which a run is put together: what is due, what an officer may start, and its stages."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Batch, MonthRun
from service.foundation.jobs import Job
from service.residents.feeds import event_feeds
from service.residents.models import Division
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, payee
from tests.factories.residents import DeliveryFactory
from tests.service.batches.reading import text_of
from tests.service.batches.test_township import scoped
from tests.service.web.browsing import SignInAs

A, B = "330523100", "330523101"
PAGE = "/months/2026-10/run"


@pytest.fixture
def county(made: Session) -> Session:
    """Two townships in which one is due each, and every feed without which no month is frozen."""
    for feed in event_feeds():
        DeliveryFactory.create(feed=feed)
    for town, name in ((A, "青禾镇"), (B, "石桥镇")):
        made.add(Division(code=f"{town}000", name=name, level="township", parent=None))
    channel("rural")
    now = AssessmentFactory.create(month="2026-10")
    for town in (A, B):
        due(now, payee(), division=f"{town}200")
    return made


def _run(session: Session) -> MonthRun:
    return session.scalars(select(MonthRun)).one()


def test_the_preview_counts_who_is_due_and_on_no_list(
    county: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("maker")
    every = text_of(browser.get(f"{PAGE}?department=minzheng").text)
    assert "高龄津贴（80至99周岁） 0 0 0 2 200.00" in every
    town = text_of(browser.get(f"{PAGE}?division={A}&which=open").text)
    assert "高龄津贴（80至99周岁） 0 0 0 1 100.00" in town
    assert "最低生活保障金 0" not in town
    none = text_of(browser.get(f"{PAGE}?kind=supplementary").text)
    assert "补充清单须先有常规清单" in none


def test_what_is_ticked_is_run_for_the_place(county: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    form = {"codes": ["MZ15"], "shown": ["MZ15", "MZ16"], "take": "ticked", "division": A}
    answer = browser.submit(PAGE, form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/months/2026-10")
    run = _run(county)
    assert (run.programmes, run.division, run.kind) == (["MZ15"], A, "regular")
    said = text_of(browser.get("/months/2026-10").text)
    assert "常规编制 · 青禾镇 · 高龄津贴（80至99周岁） · " in said
    busy = browser.submit(PAGE, {"shown": ["MZ16"], "take": "all"})
    assert busy.status_code == 409
    assert "正在编制其他清单" in text_of(busy.text)
    assert browser.submit(PAGE, form).status_code == 303
    assert _run(county).id == run.id


def test_nothing_ticked_is_said(county: Session, sign_in_as: SignInAs) -> None:
    answer = sign_in_as("maker").submit(PAGE, {"shown": ["MZ15"], "take": "ticked"})
    assert answer.status_code == 422
    assert "请至少勾选一个项目" in text_of(answer.text)


def test_a_supplement_needs_a_list(county: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    form = {"shown": ["MZ15"], "take": "all", "kind": "supplementary"}
    refused = browser.submit(PAGE, form)
    assert (refused.status_code, "尚无常规发放清单" in refused.text) == (409, True)
    now = AssessmentFactory.create(month="2026-10")
    due(now, payee(), division=f"{A}200")
    build(county, now, "MZ15", by=SYSTEM)
    assert browser.submit(PAGE, form).status_code == 303
    assert _run(county).kind == "supplementary"


def test_a_township_officer_starts_what_the_place_and_the_programmes_allow(
    county: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=scoped("maker", A, ("MZ15",)))
    page = browser.get(PAGE).text
    assert "青禾镇" in page
    assert "石桥镇" not in page
    assert "全县" not in page
    assert 'value="MZ16"' not in page
    for form in (
        {"shown": ["MZ15"], "division": B},
        {"shown": ["MZ15"], "division": ""},
        {"shown": ["MZ16"], "division": A},
    ):
        assert browser.submit(PAGE, {**form, "take": "all"}).status_code == 403
    assert county.scalars(select(MonthRun)).all() == []
    assert 'action="/months/2026-10"' not in browser.get("/months/2026-10").text
    own = browser.submit(PAGE, {"shown": ["MZ15"], "division": A, "take": "all"})
    assert own.status_code == 303
    assert sign_in_as("reviewer").get(PAGE).status_code == 403


def test_unknown_places_kinds_and_programmes_are_refused(
    county: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("maker")
    assert browser.get(f"{PAGE}?division=330523999").status_code == 422
    assert browser.get(f"{PAGE}?kind=other").status_code == 404
    assert browser.submit(PAGE, {"codes": ["NONE"], "take": "ticked"}).status_code == 404


def test_the_stages_say_how_far_it_has_come(county: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    browser.submit(PAGE, {"shown": ["MZ15"], "take": "all"})
    part = {"x-fragment": "run"}
    first = browser.get("/months/2026-10", headers=part).text
    assert first.count('aria-current="step"') == 1
    assert "第 2 次" not in first
    county.execute(update(Job).where(Job.kind == "month.freeze").values(attempts=2))
    assert "第 2 次" in browser.get("/months/2026-10", headers=part).text


def test_a_supplementary_list_says_what_it_is(county: Session, sign_in_as: SignInAs) -> None:
    now = AssessmentFactory.create(month="2026-10")
    due(now, payee(), division=f"{A}200")
    made = build(county, now, "MZ15", by=SYSTEM)
    assert made is not None
    county.add(Batch(**_copied(made)))
    county.flush()
    said = text_of(sign_in_as("maker").get("/batches/MZ15-2026-10-77").text)
    assert "（补充清单）" in said
    assert "上月另有 5 人、500.00 元不在本清单范围内" in said


def _copied(batch: Batch) -> dict[str, object]:
    same = ("state", "programme", "month", "assessment_id", "snapshot_digest", "rule_digest")
    parts = ("last", "joined", "left", "changed", "this")
    nothing = {"count": 0, "amount_fen": 0}
    return {name: getattr(batch, name) for name in same} | {
        "batch_no": "MZ15-2026-10-77",
        "run_no": 77,
        "kind": "supplementary",
        "built_at": batch.built_at,
        "salt": batch.salt,
        "comparison": dict.fromkeys(parts, nothing)
        | {"beside": {"count": 5, "amount_fen": 50_000}},
    }
