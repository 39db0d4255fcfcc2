"""Finance's desk: everything open in one list by key, with reasons, filters and owners that are recorded."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.working_days import working_days_after, working_days_ago
from service.ledger.models import LedgerEntry
from service.ledger.queries import balance
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.reconciliation.desk import find, given, own, tell
from service.reconciliation.desk.problems import ColleagueUnfit, MatterOver, NothingChosen
from service.reconciliation.desk.totals import totals
from service.reconciliation.desk.wanted import Wanted, wanted_from
from service.reconciliation.models import InboundFile
from service.reconciliation.reasons import REASONS, WHO
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS
from tests.factories.batches import account
from tests.factories.officers import OfficerFactory
from tests.service.reconciliation.answers import Sent, entry, sent, statement
from tests.service.web.browsing import SignInAs

HOME = "/reconciliation/exceptions"


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Two rejections, an answer that contradicts one of them, money of nobody, a file not believed."""
    town = sent(made, 12)
    town.reply(town.told("ACSC", "RJCT", "RJCT", "ACSC"))
    town.reply(town.told("ACSC", "ACSC", "RJCT", "ACSC"))
    opening = balance(made, "bank_cash:rural")
    content = statement(
        DEBIT_ACCOUNTS["rural"],
        [entry(700, "CRDT")],
        opening_fen=opening,
        closing_fen=opening + 700,
    )
    assert town.statement(content).state == "applied"
    assert town.receive(b"\xff not a reply", name="broken.xml").state == "quarantined"
    return town


@pytest.fixture
def other(made: Session) -> Officer:
    """A second reconciler."""
    found: Officer = OfficerFactory.create(duties=["reconciler"])
    return found


def _keys(session: Session, **wanted: str) -> list[str]:
    return [one.key for one in find.every(session, Wanted(**wanted))]


def test_everything_open_is_in_one_list_in_every_order_and_page_by_page(out: Sent) -> None:
    session = out.session
    whole = list(find.every(session, Wanted()))
    assert sorted(one.kind for one in whole) == ["failed", "failed", "file", "line", "receipt"]
    for sort in ("since", "-since", "amount", "-amount"):
        wanted = Wanted(sort=sort)
        in_order = [one.key for one in find.every(session, wanted)]
        assert sorted(in_order) == sorted(one.key for one in whole)
        walked, after = [], ""
        while True:
            rows, after = find.page(session, wanted, after=after, limit=2)
            walked += rows
            if not after:
                break
        assert [one.key for one in walked] == in_order, sort
        amounts = [one.amount_fen for one in walked]
        if wanted.by_amount:
            assert amounts == sorted(amounts, reverse=wanted.is_falling)
    sums = {one.kind: (one.count, one.amount_fen) for one in totals(session, Wanted())}
    failed = [one for one in whole if one.kind == "failed"]
    assert sums["failed"] == (2, sum(one.amount_fen for one in failed))
    assert (sums["receipt"], sums["recall"]) == ((1, 700), (0, 0))
    assert all(one.since == clock.today() for one in failed), "since we learned of it"
    assert find.page(session, Wanted(), after="1~p0' OR 1=1")[0] == whole, "no place at all"


def test_each_filter_finds_its_own_and_nothing_else(out: Sent) -> None:
    session = out.session
    first, second = (one for one in out.lines() if one.state == "rejected")
    assert set(_keys(session, kind="failed")) == {f"p{first.id}", f"p{second.id}"}
    assert set(_keys(session, reason="AC04")) == {f"p{first.id}", f"p{second.id}"}
    assert [one[0] for one in _keys(session, reason="contradiction")] == ["l"]
    assert _keys(session, reason="other") == []
    session.execute(update(Payment).where(Payment.id == first.id).values(result_code="ZZ99"))
    assert _keys(session, reason="other") == [f"p{first.id}"]
    assert [one[0] for one in _keys(session, bank="rural", programme="MZ15", kind="line")] == ["l"]
    assert _keys(session, bank="ccb") == []
    town = (second.division or "")[:9]
    assert f"p{second.id}" in _keys(session, place=town)
    assert not [one for one in _keys(session, place=town) if one[0] in "mf"], "of no township"
    assert _keys(session, place="999999999") == []
    assert _keys(session, age="3", kind="failed") == []
    long_ago = working_days_ago(3, clock.today())
    assert working_days_after(long_ago, clock.today()) == 3
    session.execute(update(Payment).where(Payment.id == first.id).values(failed_on=long_ago))
    assert _keys(session, age="3", kind="failed") == [f"p{first.id}"]
    assert _keys(session, age="4", kind="failed") == []
    account(session.get_one(Person, second.payee_person_id))
    session.flush()
    assert _keys(session, state="ready") == [f"p{second.id}"]
    ready = find.one(session, f"p{second.id}")
    assert ready is not None
    assert tell.who(ready) == "财政"
    assert f"p{second.id}" not in _keys(session, state="to_do")
    # What cannot be one of ours is left out or finds nothing; it never fails.
    assert wanted_from({"age": "٣", "sort": "x", "kind": "failed", "no": "1"}) == Wanted(
        kind="failed"
    )
    assert _keys(session, kind="nothing") == []


def test_every_reason_says_why_what_next_and_who(out: Sent) -> None:
    one = find.one(out.session, _keys(out.session, kind="failed")[0])
    assert one is not None
    for code, reason in REASONS.items():
        assert reason.who in WHO
        told = replace(one, code=code)
        assert tell.why(told)
        assert tell.step(told)
        assert tell.who(told) in {"乡镇", "社保卡部门", "银行", "财政"}
    unknown = replace(one, code="ZZ99", said="账户异常")
    assert (tell.why(unknown), tell.who(unknown)) == ("账户异常", "银行")


def test_who_looks_after_it_is_taken_handed_and_laid_down_with_an_entry_each(
    out: Sent, other: Officer
) -> None:
    session, by = out.session, out.people.reconciler
    keys = _keys(session)
    own.take(session, keys[:2], by=by)
    own.take(session, keys[:2], by=by)
    assert set(_keys(session, owner=by.username)) == set(keys[:2])
    assert set(_keys(session, owner="nobody")) == set(keys[2:])
    with pytest.raises(ReasonMissing):
        own.take(session, keys[:1], by=other)
    with pytest.raises(ReasonMissing):
        own.hand(session, keys[:1], to=other.username, note=" ", by=by)
    unfit: Officer = OfficerFactory.create(duties=["maker"])
    for name in (unfit.username, "nobody.at.all"):
        with pytest.raises(ColleagueUnfit):
            own.hand(session, keys[:1], to=name, note="请跟进", by=by)
    own.hand(session, keys[:1], to=other.username, note="已致电银行，请跟进", by=by)
    own.take(session, keys[:1], note="轮班", by=by)
    own.lay_down(session, keys[:2], note="请假", by=by)
    assert _keys(session, owner=by.username) == []
    own.take(session, keys[:1], by=other)
    acts = session.execute(
        select(AuditEntry.act, AuditEntry.canonical)
        .where(AuditEntry.object_type == "finance_tasks")
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()
    of_first = [act for act, said in acts if json.loads(said)["details"]["exception"] == keys[0]]
    assert sorted(of_first) == [
        "finance_exception.handed", "finance_exception.laid_down", "finance_exception.taken",
        "finance_exception.taken", "finance_exception.taken",
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        own.take(session, keys[:1], by=unfit)
    with pytest.raises(NothingChosen):
        own.take(session, [], by=by)
    # One that is settled lets none of them through.
    with pytest.raises(MatterOver), session.begin_nested():
        own.take(session, [keys[3], "p999999999"], by=by)
    assert (
        own.tasks_of(session, [one for one in find.every(session, Wanted()) if one.key == keys[3]])
        == {}
    )
    for change in ("thing = '0'", "state = 'handed', owner_id = NULL"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE finance_tasks SET {change}"))


def test_the_pages_the_file_and_the_program_say_the_same(
    out: Sent, other: Officer, sign_in_as: SignInAs
) -> None:
    session = out.session
    browser = sign_in_as("reconciler")
    shown = browser.get(HOME)
    assert shown.status_code == 200
    keys = _keys(session)
    assert all(f"{HOME}/{key}" in shown.text for key in keys)
    assert "换卡或解除限制" in shown.text
    failed = next(key for key in keys if key[0] == "p")
    payment = session.get_one(Payment, int(failed[1:]))
    assert str(payment.payee_name) not in shown.text, "names are masked"
    taken = browser.submit(HOME, {"keys": [failed], "act": "take", "back": "kind=failed&x=1"})
    assert taken.headers["location"] == f"{HOME}?kind=failed"
    refused = browser.submit(HOME, {"keys": [failed], "act": "hand", "to": other.username})
    assert refused.status_code == 422
    page = f"{HOME}/{failed}"
    handed = browser.submit(page, {"act": "hand", "to": other.username, "note": "请跟进"})
    assert handed.status_code == 303
    whole = browser.get(page).text
    assert "移交同事" in whole
    assert f"/lines/{payment.reference}" in whole
    assert f"/dispatch/{payment.bank_file_id}" in whole
    assert browser.get(f"{HOME}/p0").status_code == 404
    rows = browser.get(f"{HOME}.csv?kind=failed").text.splitlines()
    assert len(rows) == 3
    assert str(payment.payee_name) not in "".join(rows)
    assert any(other.username in row for row in rows)
    assert list(given.csv_lines(session, Wanted(kind="recall")))[1:] == []
    api = f"/api{HOME}"
    listed = browser.get(api, params={"kind": "failed"}).json()
    assert {one["key"] for one in listed["exceptions"]} == {one for one in keys if one[0] == "p"}
    assert browser.get(api, params={"nope": "1"}).status_code == 422
    mine = browser.get(api, params={"owner": other.username}).json()["exceptions"]
    assert [(one["key"], one["note"]) for one in mine] == [(failed, "请跟进")]
    assert browser.get(f"{api}/{failed}").json()["code"] == "AC04"
    auditor = sign_in_as("auditor")
    assert auditor.get(HOME).status_code == 200
    assert 'method="post" action="/reconciliation' not in auditor.get(HOME).text
    assert sign_in_as("steward").get(HOME).status_code == 403


def test_pages_lead_to_what_they_hang_together_with_and_back(
    out: Sent, sign_in_as: SignInAs
) -> None:
    failed = next(one for one in out.lines() if one.state == "rejected")
    reply = out.session.scalars(
        select(InboundFile).where(InboundFile.bank_file_id == out.file().id)
    ).first()
    assert reply is not None
    browser = sign_in_as("reconciler")
    batch, file = f"/batches/{out.batch.batch_no}", f"/dispatch/{out.file().id}"
    line, answer = f"{batch}/lines/{failed.reference}", f"/reconciliation/files/{reply.id}"
    entry_ = out.session.scalars(
        select(LedgerEntry).where(LedgerEntry.event_type == "reply.rejected")
    ).one()
    posting = f"/ledger/entries/{entry_.id}"
    leads = {
        batch: (file, answer),
        line: (file, answer, posting, f"{HOME}/p{failed.id}"),
        file: (batch, answer, posting),
        answer: (batch, file, posting),
        f"{HOME}/p{failed.id}": (line, file, answer, posting),
        posting: (file, batch, answer),
    }
    for page, targets in leads.items():
        shown = browser.get(page).text
        assert [one for one in targets if f'href="{one}"' not in shown] == [], page
    # Who reads the lines of a township only is led nowhere that would refuse him.
    scope: dict[str, object] = {"division": (failed.division or "")[:9], "programmes": [], "departments": [],
             "from": "2020-01-01", "to": None}  # fmt: skip
    reviewer: Officer = OfficerFactory.create(duties=["reviewer"], scopes={"reviewer": [scope]})
    shown = sign_in_as(officer=reviewer).get(line)
    assert shown.status_code == 200
    assert [one for one in (posting, answer, f"{HOME}/p{failed.id}") if one in shown.text] == []


def test_programs_take_hand_and_lay_down_once(
    out: Sent, other: Officer, sign_in_as: SignInAs
) -> None:
    key = _keys(out.session, kind="receipt")[0]
    browser = sign_in_as("reconciler")
    api = f"/api{HOME}"
    headers = {"Idempotency-Key": "desk-1"}
    first = browser.post(f"{api}/take", json={"keys": [key]}, headers=headers)
    again = browser.post(f"{api}/take", json={"keys": [key]}, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    bad = browser.post(f"{api}/hand", json={"keys": [key], "to": "nobody", "note": "x"})
    assert (bad.status_code, bad.json()["code"]) == (422, "colleague_unfit")
    done = browser.post(f"{api}/hand", json={"keys": [key], "to": other.username, "note": "x"})
    assert done.json()["exceptions"][0]["owner"] == other.username
    over = browser.post(f"{api}/take", json={"keys": ["p999999"]})
    assert (over.status_code, over.json()["code"]) == (409, "finance_exception_over")
    left = browser.post(f"{api}/lay-down", json={"keys": [key], "note": "误领"})
    assert left.json()["exceptions"][0]["owner"] == ""


def test_a_line_that_fails_by_any_way_has_its_day(out: Sent) -> None:
    paid = next(one for one in out.lines() if one.state == "paid")
    out.session.execute(
        text("UPDATE payments SET state = 'returned' WHERE id = :id"), {"id": paid.id}
    )
    out.session.expire_all()
    today = clock.today()
    assert today - timedelta(days=1) <= (paid.failed_on or today) <= today + timedelta(days=1)
    assert f"p{paid.id}" in _keys(out.session, kind="failed")
