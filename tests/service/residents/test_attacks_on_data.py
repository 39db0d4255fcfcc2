"""Attacks on data at the door: what hides in spellings, in others' rows, in lists that are too short.

The other rows of this part are tested where their code is: files in ``foundation/spreadsheets``,
cells, headers and files in ``residents/importing``, numbers in ``residents/identity``.
"""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.encryption import SealBroken
from service.programmes.catalogue import feeds_of
from service.residents import feeds
from service.residents.freshness import FeedsStale, require_fresh
from service.residents.importing import confirm, import_delivery, rejected_workbook
from service.residents.models import (
    Delivery,
    DeliveryContent,
    FeedRecord,
    IdentityDispute,
    Person,
    PersonName,
    RejectedRow,
)
from tests.service.residents.importing.conftest import Intake, intake
from tests.service.residents.importing.deliveries import OFFICE, delivery, number_of, row, rows

__all__ = ["intake"]

STEWARD = Actor(kind="officer", id="steward")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WITH_X = next(number for number in map(number_of, range(1000)) if number.endswith("X"))
ELSEWHERE = {"division": "330106001001", "resident_division": "330106001001"}
_TABLES = (
    "deliveries", "feed_records", "rejected_rows", "persons", "person_names", "audit_entries",
    "jobs", "delivery_contents",
)  # fmt: skip


def _count(session: Session, model: type[Person | IdentityDispute | FeedRecord]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _everything(session: Session) -> str:
    dumped = [
        str(one)
        for table in _TABLES
        for one in session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
    ]
    told = session.scalars(select(func.convert_from(AuditEntry.canonical, "UTF8")))
    return "\n".join([*dumped, *map(str, told)])


def test_row_8_full_width_digits_are_read_with_a_notice_and_never_kept(
    intake: Intake, session: Session
) -> None:
    intake.send("CZ_PAY", row("CZ_PAY", WITH_X))
    sent = intake.send("TY_SERV", row("TY_SERV", WITH_X.translate(FULL_WIDTH)))
    assert sum(count for code, count in sent.notices.items() if code.startswith("id_")) == 1
    assert _count(session, Person) == 1
    assert WITH_X.translate(FULL_WIDTH)[:6] not in _everything(session)


def test_row_8_digits_of_other_scripts_are_no_digits(intake: Intake, session: Session) -> None:
    table = [*rows("CZ_PAY", range(20)), row("CZ_PAY", WITH_X.translate(ARABIC_INDIC))]
    sent = intake.send("CZ_PAY", *table)
    assert intake.faults(sent) == [(22, ["id_shape"])]
    assert _count(session, Person) == 20


@pytest.mark.parametrize(
    ("feed", "field", "good"),
    [
        ("RS_CARD", "bank_code", None),
        ("RS_CARD", "since", "2020-01-05"),
        ("MZ_CHECK", "income_pc_fen", "123.45"),
        ("GA_HUKOU", "division", "330523151201"),
        ("CL_CERT", "grade", "一级"),
    ],
)
def test_row_9_a_line_break_at_the_end_is_smoothed_or_a_fault_and_never_part_of_a_value(
    intake: Intake, feed: str, field: str, good: str | None
) -> None:
    plain = row(feed, 1) if good is None else row(feed, 1, **{field: good})
    place = [one.field for one in feeds.feed(feed).columns].index(field)
    broken = [*plain[:place], f"{plain[place]}\n", *plain[place + 1 :]]
    inside = [*plain[:place], f"{plain[place][:1]}\n{plain[place][1:]}", *plain[place + 1 :]]
    people = [number_of(2), number_of(3)]
    for told, number in zip((broken, inside), people, strict=True):
        told[[one.type for one in feeds.feed(feed).columns].index("id")] = number
    if feed == "RS_CARD":
        for told, card in zip((broken, inside), ("62170000055501", "62170000055502"), strict=True):
            told[[one.type for one in feeds.feed(feed).columns].index("card")] = card
    sent = intake.send(feed, *rows(feed, range(10, 30)), plain, broken, inside)
    assert sent.state == "imported"
    for kept in intake.current(feed):
        assert "\n" not in str(kept.data.values())
    assert 24 in [row_no for row_no, _ in intake.faults(sent)], "inside a value it is a fault"


def test_row_22_rows_of_another_county_are_blocked_and_say_nothing_about_their_people(
    intake: Intake, session: Session
) -> None:
    foreign = [number_of(person, "19330303") for person in range(3)]
    table = [
        *rows("GA_HUKOU", range(40)),
        *(row("GA_HUKOU", one, **ELSEWHERE, name="司马外县") for one in foreign),
    ]
    sent = intake.send("GA_HUKOU", *table)
    assert sent.state == "imported"
    assert [codes for _, codes in intake.faults(sent)] == [["other_place"]] * 3
    assert [row_no for row_no, _ in intake.faults(sent)] == [42, 43, 44]
    assert _count(session, Person) == 40
    assert session.scalars(select(PersonName).where(PersonName.name == "司马外县")).all() == []
    written = _everything(session)
    for secret in (*foreign, "司马外县", "司马", "330106001001", "19330303"):
        assert secret not in written


def test_row_22_a_file_that_is_mostly_another_countys_waits_for_the_steward(
    intake: Intake, session: Session
) -> None:
    table = [*rows("GA_HUKOU", range(5)), *rows("GA_HUKOU", range(5, 30), **ELSEWHERE)]
    sent = intake.send("GA_HUKOU", *table)
    assert sent.refusal is not None
    assert (sent.state, sent.refusal["code"]) == ("waiting", "too_many_faults")
    assert _count(session, Person) == 0
    act = session.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(sent.id))).all()
    assert act == ["feed.waiting"]


def test_row_22_a_townships_source_may_not_speak_about_another_township(
    intake: Intake, session: Session
) -> None:
    ours = rows("XZ_COLL", range(20), division="330523100200", claimant="")
    theirs = row("XZ_COLL", 30, division="330523102203", claimant="")
    sent = import_delivery(
        session, "XZ_COLL", delivery("XZ_COLL", *ours, theirs), "a.csv", by=OFFICE,
        division="330523100",
    )  # fmt: skip
    assert intake.faults(sent) == [(22, ["other_place"])]
    assert _count(session, Person) == 20


def _usual_death_lists(intake: Intake) -> None:
    for feed in sorted({*feeds_of("MZ15"), *feeds.event_feeds()} - {"WJ_DEATH"}):
        intake.send(feed, row(feed, 999))
    for turn in range(4):
        intake.send("WJ_DEATH", *rows("WJ_DEATH", range(turn * 150, turn * 150 + 150)))


def _past_the_gate() -> datetime:
    return clock.now() + timedelta(days=feeds.feed("WJ_DEATH").gate_days + 1)


@pytest.mark.parametrize("length", [0, 9])
def test_row_27_a_death_list_that_dried_up_waits_and_blocks_every_approval(
    intake: Intake, session: Session, length: int
) -> None:
    _usual_death_lists(intake)
    with time_machine.travel(_past_the_gate(), tick=True):
        for feed in sorted({*feeds_of("MZ15"), *feeds.event_feeds()} - {"WJ_DEATH"}):
            intake.send(feed, row(feed, 999))
        odd = intake.send("WJ_DEATH", *rows("WJ_DEATH", range(800, 800 + length)))
        assert odd.state == "waiting"
        with pytest.raises(FeedsStale) as blocked:
            require_fresh(session, feeds_of("MZ15"))
        assert blocked.value.members["feeds"] == ["WJ_DEATH"]
        confirm(session, odd.id, by=STEWARD, reason="卫健已书面确认")
        assert require_fresh(session, feeds_of("MZ15")) == []


def test_row_27_a_death_list_that_did_not_come_blocks_every_approval(
    intake: Intake, session: Session
) -> None:
    _usual_death_lists(intake)
    assert require_fresh(session, feeds_of("MZ15")) == []
    with time_machine.travel(_past_the_gate(), tick=True):
        with pytest.raises(FeedsStale) as blocked:
            require_fresh(session, feeds_of("MZ15"))
        assert "WJ_DEATH" in blocked.value.members["feeds"]


def test_row_28_every_spelling_of_one_number_is_one_person(
    intake: Intake, session: Session
) -> None:
    fifteen = WITH_X[:6] + WITH_X[8:17]
    spellings = [WITH_X, WITH_X.lower(), fifteen, f" {WITH_X} ", WITH_X.translate(FULL_WIDTH)]
    for feed, spelling in zip(
        ("CZ_PAY", "TY_SERV", "MZ_ELD", "WJ_DEATH", "GA_HUKOU"), spellings, strict=True
    ):
        assert intake.send(feed, row(feed, spelling)).rows_accepted == 1
    assert _count(session, Person) == 1


def test_row_28_one_number_registered_in_two_villages_is_nobody_until_the_police_answer(
    intake: Intake, session: Session
) -> None:
    twice = [
        row("GA_HUKOU", 1, division="330523100200"), row("GA_HUKOU", 1, division="330523102203")
    ]  # fmt: skip
    sent = intake.send("GA_HUKOU", *rows("GA_HUKOU", range(10, 40)), *twice)
    assert intake.faults(sent) == [(32, ["key_conflict"]), (33, ["key_conflict"])]
    assert len(intake.current("GA_HUKOU")) == 30
    assert _count(session, IdentityDispute) == 1


def test_row_95_a_rejected_row_whose_bytes_were_swapped_is_not_given_back(
    intake: Intake, session: Session
) -> None:
    bad = [row("CZ_PAY", n, on_payroll="也许") for n in (21, 22)]
    sent = intake.send("CZ_PAY", *rows("CZ_PAY", range(20)), *bad)
    first, second = intake.rejected(sent)
    session.execute(
        update(RejectedRow).where(RejectedRow.id == first.id).values(raw_sealed=second.raw_sealed)
    )
    session.expire_all()
    with pytest.raises(SealBroken) as broken:
        rejected_workbook(session, sent, by=STEWARD)
    assert "rejected_rows:raw" in broken.value.sentence


def test_row_95_a_waiting_delivery_whose_bytes_were_changed_is_not_imported(
    intake: Intake, session: Session
) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(200)))
    odd = intake.send("CZ_PAY", *rows("CZ_PAY", range(50)))
    kept = session.scalars(select(DeliveryContent)).one()
    changed = bytearray(kept.content_sealed)
    changed[len(changed) // 2] ^= 1
    session.execute(update(DeliveryContent).values(content_sealed=bytes(changed)))
    session.expire_all()
    with pytest.raises(SealBroken), session.begin_nested():
        confirm(session, odd.id, by=STEWARD, reason="与财政局核对过")
    assert session.get_one(Delivery, odd.id).state == "waiting"
    assert len(intake.current("CZ_PAY")) == 200
