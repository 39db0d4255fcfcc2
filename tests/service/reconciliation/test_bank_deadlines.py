"""What each bank owes about each day is due in its own banking days, and is shown come, late or missing."""

import json
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service import cli
from service.dispatch.agreed_days import AgreedDays
from service.foundation import clock
from service.reconciliation import late
from service.reconciliation.deadlines import commands
from service.reconciliation.deadlines.expected import Asked, Expected, expected
from tests.factories import residents
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import Sent, sent
from tests.service.web.browsing import SignInAs


@pytest.fixture
def out(session: Session) -> Sent:
    """A batch at both banks, to be paid on a Friday."""
    residents.use(session)
    return sent(session)


def at(day: date, hour: int = 18, minute: int = 0) -> datetime:
    """Return an hour on the county's clock."""
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


def told(found: list[Expected]) -> list[tuple[str, str, str]]:
    """Return bank, kind and state of each."""
    return [(one.channel.code, one.kind, one.state) for one in found]


def test_each_bank_answers_in_its_own_days_until_its_own_hour(out: Sent) -> None:
    assert PAY_DAY.weekday() == 4
    bank, day = out.channel(), timedelta(days=1)
    assert late.due_at(bank, PAY_DAY, "statement") == at(PAY_DAY + 3 * day), "Monday"
    # National Day: the offices' calendar and the bank's own are the same, unless it says otherwise.
    assert late.due_at(bank, date(2026, 9, 30), "reply") == at(date(2026, 10, 8))
    for days, due in (
        (AgreedDays(executes_every_day=True), at(PAY_DAY + day)),
        (AgreedDays(closed_days=("2026-10-19", "2026-10-20")), at(PAY_DAY + 5 * day)),
        (AgreedDays(statement_days=2, answers_by="09:30"), at(PAY_DAY + 4 * day, 9, 30)),
        (AgreedDays(statement_days=0), at(PAY_DAY)),
    ):
        for name, value in days.as_columns(None).items():
            setattr(bank, name, value)
        assert late.due_at(bank, PAY_DAY, "statement") == due
    for wrong in ({"reply_days": 31}, {"statement_days": True}, {"answers_by": "6pm"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            AgreedDays(**wrong)


def test_a_file_given_a_day_later_is_answered_a_day_later(out: Sent) -> None:
    out.file().executes_on = PAY_DAY + timedelta(days=3)
    out.session.flush()
    friday, monday = at(PAY_DAY + timedelta(days=3)), at(PAY_DAY + timedelta(days=4))
    found = expected(out.session, Asked(bank="rural", from_day=PAY_DAY), now=friday)
    assert [(one.day, one.due_at) for one in found] == [(PAY_DAY + timedelta(days=3), monday)] * 2
    minute = timedelta(minutes=1)
    assert {one.channel.code for one in late.late(out.session, now=friday + minute)} == {"ccb"}
    assert len(late.late(out.session, now=monday + minute)) == 4


def test_come_late_and_missing_on_the_page_for_programs_and_by_command(
    out: Sent, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, due = out.session, at(PAY_DAY + timedelta(days=3))
    early, after = due - timedelta(hours=1), due + timedelta(hours=1)
    asked = Asked(from_day=PAY_DAY)
    assert {one.state for one in expected(session, asked, now=early)} == {"awaited"}
    assert late.raise_alarms(session, now=after) == 4
    out.reply(out.told("ACSC"))
    found = expected(session, asked, now=after)
    assert told(found) == [
        ("ccb", "reply", "missing"), ("ccb", "statement", "missing"),
        ("rural", "statement", "missing"), ("rural", "reply", "late"),
    ]  # fmt: skip
    assert {one.alarm_at for one in found} == {after}
    assert found[-1].file_id == out.file().id
    assert found[-1].came_at is not None
    # What is missing is shown however old it is; what is settled only for a month.
    next_year = after + timedelta(days=365)
    assert [one.state for one in expected(session, Asked(), now=next_year)] == ["missing"] * 3

    browser = sign_in_as("reconciler")
    page = "/reconciliation/deadlines"
    shown = browser.get(f"{page}?from_day={PAY_DAY}").text
    assert "各银行应到时限" in shown
    assert out.file("ccb").file_reference in shown
    assert f"/reconciliation/days/ccb/{PAY_DAY}" in shown
    only = browser.get(f"{page}?bank=rural&kind=reply&state=late&from_day={PAY_DAY}").text
    assert out.file().file_reference in only
    assert out.file("ccb").file_reference not in only
    assert "没有应到的回盘或对账单" in browser.get(f"{page}?to_day=2026-01-01").text
    assert "没有应到的回盘或对账单" in browser.get(f"{page}?state=in_time").text
    assert [browser.get(f"{page}?{one}=x").status_code for one in ("bank", "kind", "state")] == [
        404, 404, 404,
    ]  # fmt: skip
    assert f"{page}?state=missing" in browser.get("/").text, "the alarm leads here"
    listed = browser.get(f"/api{page}?state=missing&bank=ccb").json()
    assert [(one["kind"], one["about"]) for one in listed] == [
        ("reply", out.file("ccb").file_reference), ("statement", PAY_DAY.isoformat()),
    ]  # fmt: skip
    assert browser.get(f"/api{page}?state=x").status_code == 422
    assert browser.get(f"/api{page}?from_day=yesterday").status_code == 422

    monkeypatch.setattr(commands, "transaction", lambda: nullcontext(session))
    monkeypatch.setattr(cli, "upgrade_embedded", lambda: None)

    def run(*words: str) -> tuple[str, int]:
        done = CliRunner().invoke(cli.app, ["banks", "deadlines", *words])
        return done.stdout, done.exit_code

    said, code = run("--bank", "ccb")
    assert code == 2, "something has not come"
    assert said.count("missing\tccb") == 2
    said, code = run("--state", "late", "--from-day", PAY_DAY.isoformat(), "--json")
    assert code == 0
    assert [one["about"] for one in json.loads(said)] == [out.file().file_reference]
    assert run("--kind", "letter")[1] == 2
