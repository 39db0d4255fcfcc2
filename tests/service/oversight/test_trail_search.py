"""The auditor's search: every word of it alone and together, page by page, as a file and a program reads it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.log.sequence import sequence
from service.audit.models import AuditEntry
from service.audit.moves import REGISTRY
from service.audit.record import record
from service.foundation import clock, ids
from service.officers.models import Officer
from service.oversight.search import find
from service.oversight.search.exported import safe
from service.oversight.search.told import SEARCHED
from service.oversight.search.wanted import SearchUnusable, Wanted
from service.residents.models import Division, Person
from tests.factories import residents
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.residents import PersonFactory, PersonIdentifierFactory, id_number
from tests.service.web.browsing import MakeOfficer, SignInAs

TOWN = "330523101"


class Trail:
    """Entries of two officers of two offices, about a list, one of its payments, and its payee."""

    def __init__(self, session: Session, make_officer: MakeOfficer) -> None:
        residents.use(session)
        self.maker = make_officer("maker", name="编一", organisation="县民政局")
        self.other = make_officer("reviewer", name="审一", organisation="县财政局")
        self.number = id_number(7, "19480202")
        self.person: Person = PersonFactory.create(name="王五", division=f"{TOWN}001")
        PersonIdentifierFactory.create(person=self.person, number=self.number)
        self.batch = BatchFactory.create()
        self.payment = PaymentFactory.create(batch=self.batch, payee_person_id=self.person.id)
        by, other = self.maker.actor(), self.other.actor()
        mine = ("batches", self.batch.id)
        record(session, "batch.built", by=by, on=mine, after="draft")
        record(session, "batch.frozen", by=by, on=mine, before="draft", after="frozen")
        record(session, "batch.returned", by=other, on=mine, reason="=1+1 不对")
        record(session, "payment.held", by=other, on=("payments", self.payment.id))
        record(session, "resident.read", by=by, on=("persons", self.person.id))
        record(
            session, "feed.imported", by=Actor("department", "x"), on=("deliveries", ids.uuid7())
        )
        session.flush()


@pytest.fixture
def trail(data_dir: Path, session: Session, make_officer: MakeOfficer) -> Trail:
    made = Trail(session, make_officer)
    sequence(session)
    return made


def _acts(session: Session, **words: str) -> list[str]:
    return [one.act for one in find.page(session, Wanted(**words)).entries]


def test_each_word_finds_its_entries_and_all_together_fewer(session: Session, trail: Trail) -> None:
    own = ["batch.returned", "batch.frozen", "batch.built"]
    assert _acts(session, thing=trail.batch.batch_no) == own
    assert _acts(session, thing=str(trail.batch.id)) == own
    assert _acts(session, thing=trail.payment.reference) == ["payment.held"]
    assert _acts(session, thing=trail.payment.reference.lower()) == ["payment.held"]
    assert _acts(session, person=str(trail.person.id)) == ["resident.read", "payment.held"]
    assert _acts(session, officer=trail.maker.username) == ["resident.read", *own[1:]]
    assert _acts(session, officer=trail.maker.username, act="batch.") == own[1:]
    assert _acts(session, officer=trail.other.username, person=str(trail.person.id)) == [
        "payment.held"
    ]
    # Other tests commit entries of their own, so what belongs to nobody of ours is picked out.
    mine = {"thing": trail.batch.batch_no}
    assert _acts(session, **mine, act="批次：退回") == ["batch.returned"]
    assert _acts(session, **mine, act="Frozen") == ["batch.frozen"]
    assert _acts(session, **mine, act="batch_") == [], "a beginning is no pattern"
    assert _acts(session, **mine, kind="payments") == []
    assert _acts(session, **mine, organisation="县财政局") == ["batch.returned"]
    assert _acts(session, **mine, since="2000-01-01", until="2999-01-01") == own
    assert _acts(session, **mine, until="2000-01-01") == []
    assert _acts(session, thing="nothing of ours") == []
    assert _acts(session, officer="nobody") == []


@pytest.mark.parametrize(
    "words",
    [{"since": "2026-02-30"}, {"until": "9999-12-31"}, {"person": "33052319480312002X"},
     {"person": "330523194803120021"}, {"person": "x"}],
)  # fmt: skip
def test_what_is_no_day_and_no_number_is_refused_without_repeating_a_number(
    session: Session, words: dict[str, str]
) -> None:
    with pytest.raises(SearchUnusable) as refused:
        find.page(session, Wanted(**words))
    assert "19480312" not in refused.value.say("en") + refused.value.say("zh")


def test_pages_follow_one_another_without_a_gap_also_in_one_instant(
    session: Session, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        record(session, "hold.cleared", by=trail.other.actor(), on=("payments", f"n-{number}"))
    session.flush()
    session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    session.execute(
        text(
            "UPDATE audit_entries SET at = (SELECT max(at) FROM audit_entries)"
            " WHERE act = 'hold.cleared' AND actor_id = :who"
        ),
        {"who": str(trail.other.id)},
    )
    session.expire_all()
    monkeypatch.setattr(find, "ENTRIES_PER_PAGE", 3)
    for wanted in (
        Wanted(officer=trail.other.username),
        Wanted(officer=trail.other.username, act="hold."),
        Wanted(act="hold.", kind="payments"),
        Wanted(),
    ):
        whole = [one.id for one in find.every(session, wanted, most=12)]
        found: list[Any] = []
        after = ""
        while len(found) < len(whole):
            part = find.page(session, wanted, after=after)
            found += [one.id for one in part.entries]
            after = part.following
            if not after:
                break
        assert found[: len(whole)] == whole
        assert len(set(found)) == len(found)
    with pytest.raises(SearchUnusable):
        find.page(session, Wanted(), after=str(ids.uuid7()))


def test_more_than_so_many_are_not_counted(
    session: Session, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "COUNTED_MAX", 2)
    assert find.counted(session, Wanted(thing=trail.batch.batch_no)) == (2, True)
    assert find.counted(session, Wanted(thing=trail.payment.reference)) == (1, False)
    assert find.counted(session, Wanted(officer="nobody")) == (0, False)


def test_every_search_walks_an_index_and_reads_no_whole_table(
    session: Session, trail: Trail
) -> None:
    """With the planner's choice of reading everything taken away, no search needs it."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_bitmapscan = off"))
    for name, wanted in {
        "at": Wanted(since="2026-01-01"),
        "actor": Wanted(officer=trail.maker.username),
        "act": Wanted(act="batch."),
        "kind": Wanted(kind="batches"),
        "object": Wanted(thing=trail.batch.batch_no),
    }.items():
        asked = find.statement(find.resolve(session, wanted), (clock.now(), ids.uuid7()), 51)
        compiled = asked.compile(session.connection().engine)
        rows = session.connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
        plan = "\n".join(row[0] for row in rows)
        assert "Scan Backward using ix_audit_entries_" in plan, f"{name}:\n{plan}"
        assert "Seq Scan on audit_entries" not in plan


@pytest.mark.usefixtures("trail")
def test_the_page_shows_words_names_and_ways_on(sign_in_as: SignInAs, trail: Trail) -> None:
    browser = sign_in_as("auditor")
    shown = browser.get(f"/audit/entries?by={trail.other.username}").text
    assert "批次：退回" in shown
    assert "审一 · 县财政局" in shown
    assert f'href="/batches/{trail.batch.batch_no}"' in shown
    assert "共找到：2" in shown
    english = sign_in_as("auditor", language="en").get("/audit/entries?act=batch.frozen").text
    assert "batch: frozen" in english
    assert "王五" not in shown + english
    bad = browser.get("/audit/entries?since=yesterday")
    assert bad.status_code == 422
    assert 'href="#since"' in bad.text


def test_a_person_is_found_by_number_or_name_and_no_address_or_entry_says_which(
    sign_in_as: SignInAs, session: Session, trail: Trail
) -> None:
    session.add(Division(code=f"{TOWN}000", name="石桥镇", level="township", parent=None))
    session.flush()
    browser = sign_in_as("auditor")
    home, form = "/audit/entries", "/audit/people"
    found = browser.submit(form, {"number": trail.number}, shown_at=home)
    assert found.headers["location"] == f"{home}?person={trail.person.id}"
    named = browser.submit(form, {"name": "王五", "division": f"{TOWN}000"}, shown_at=home)
    assert named.headers["location"] == found.headers["location"]
    nobody = browser.submit(form, {"number": id_number(9, "19480202")}, shown_at=home)
    assert "未找到" in nobody.text
    PersonFactory.create(name="王五", division=f"{TOWN}002")
    two = browser.submit(form, {"name": "王五", "division": f"{TOWN}000"}, shown_at=home).text
    assert "王*" in two
    assert "王五" not in two
    assert browser.submit(form, {}, shown_at=home).status_code == 422
    by_program = browser.post("/api/audit/people", json={"number": trail.number}).json()
    assert [(one["person_id"], one["name"]) for one in by_program] == [(trail.person.id, "王*")]
    said = browser.post("/api/audit/people", json={})
    assert (said.status_code, said.json()["code"]) == (422, "person_not_said")
    assert sign_in_as("maker").post("/api/audit/people", json={}).status_code == 404
    shown = browser.get(found.headers["location"]).text
    assert "居民档案：查阅" in shown
    kept = session.scalars(
        select(AuditEntry).where(AuditEntry.act.in_((SEARCHED, "audit.person_searched")))
    ).all()
    assert {one.object_id for one in kept} >= {"person", str(trail.person.id)}
    for one in kept:
        assert trail.number not in one.canonical.decode()
        assert "王五" not in one.canonical.decode()


def test_a_search_is_recorded_once_a_minute_with_digests_alone(
    sign_in_as: SignInAs, session: Session, make_officer: MakeOfficer, trail: Trail
) -> None:
    auditor = make_officer("auditor")
    browser = sign_in_as(officer=auditor)
    for _ in range(2):
        browser.get(f"/audit/entries?thing={trail.number}&act=batch.")
    said = [json.loads(one.canonical) for one in _of(session, auditor, SEARCHED)]
    assert len(said) == 1
    assert trail.number not in json.dumps(said)
    assert set(said[0]["details"]["terms"]) == {"thing", "act"}
    browser.get("/audit/entries?act=batch.")
    assert len(_of(session, auditor, SEARCHED)) == 2


def _of(session: Session, officer: Officer, act: str) -> list[AuditEntry]:
    return list(
        session.scalars(
            select(AuditEntry).where(AuditEntry.actor_id == str(officer.id), AuditEntry.act == act)
        )
    )


def test_the_file_holds_the_same_and_no_cell_is_a_formula(
    sign_in_as: SignInAs, session: Session, make_officer: MakeOfficer, trail: Trail
) -> None:
    auditor = make_officer("auditor")
    answer = sign_in_as(officer=auditor).get(f"/audit/entries.csv?thing={trail.batch.batch_no}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [one["act"] for one in rows] == ["batch.returned", "batch.frozen", "batch.built"]
    assert rows[0]["reason"] == "'=1+1 不对"
    assert rows[0]["by"] == "审一 · 县财政局"
    assert len(_of(session, auditor, "audit.exported")) == 1
    for bad in ("=1", "+1", "-1", "@a", "\t=1", "\r", " =1", "＝1", "\0x"):
        assert safe(bad).startswith("'")
    assert safe("a=1") == "a=1"


def test_programs_walk_the_same_entries(sign_in_as: SignInAs, trail: Trail) -> None:
    said = sign_in_as("auditor").get(f"/api/audit/entries?thing={trail.batch.batch_no}").json()
    assert (said["count"], said["more"], said["following"]) == (3, False, "")
    newest = said["entries"][0]
    assert newest["said"]["act"] == "batch.returned"
    assert newest["said"]["object"] == {"type": "batches", "id": str(trail.batch.id)}
    assert newest["index"] is not None


def test_acts_in_words() -> None:
    """Every act that a table of moves names has words in both languages."""
    from service.oversight.words.acts import NOUNS_ZH, PARTICIPLES_ZH

    acts = {event for moves in REGISTRY.values() for event in moves.values()}
    parts = [act.partition(".") for act in acts]
    assert [one for one, _, _ in parts if one not in NOUNS_ZH] == []
    assert [one for _, _, one in parts if one not in PARTICIPLES_ZH] == []
