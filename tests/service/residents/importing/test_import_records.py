"""Rows become dated records: what is new is added, what ended is closed, nothing is overwritten."""

from itertools import permutations
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.residents.identity.find import find
from service.residents.models import FeedRecord, Household, Person, PersonIdentifier
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import number_of, row, rows


def _person_of(session: Session, person: int) -> int:
    found = find(session, number_of(person))
    assert found is not None
    return found.id


def test_a_full_delivery_closes_what_is_absent_and_keeps_what_it_said(intake: Intake) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(5)))
    second = intake.send("CZ_PAY", *rows("CZ_PAY", range(1, 6)))
    assert second.rows_unchanged == 4
    assert len(intake.current("CZ_PAY")) == 5
    closed = [one for one in intake.ever("CZ_PAY") if one.known_to]
    assert [one.person_id for one in closed] == [_person_of(intake.session, 0)]
    assert closed[0].data["employer"] == "甲"


def test_a_changed_row_closes_the_old_record_at_the_instant_the_new_one_begins(
    intake: Intake,
) -> None:
    intake.send("CZ_PAY", row("CZ_PAY", 1))
    intake.send("CZ_PAY", row("CZ_PAY", 1, employer="乙"))
    old, new = intake.ever("CZ_PAY")
    assert (old.data["employer"], new.data["employer"]) == ("甲", "乙")
    assert old.known_to == new.known_from
    assert new.known_to is None


def test_an_incremental_delivery_leaves_what_it_does_not_name(intake: Intake) -> None:
    intake.send("WJ_DEATH", row("WJ_DEATH", 1))
    intake.send("WJ_DEATH", row("WJ_DEATH", 2))
    assert len(intake.current("WJ_DEATH")) == 2


def test_a_rejected_row_does_not_end_what_was_known_under_its_key(intake: Intake) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(30)))
    table = rows("CZ_PAY", range(30))
    table[4] = row("CZ_PAY", 4, on_payroll="也许")
    second = intake.send("CZ_PAY", *table)
    assert (second.rows_rejected, second.rows_unchanged) == (1, 29)
    assert len(intake.current("CZ_PAY")) == 30


def test_a_full_delivery_that_was_cut_off_waits_for_the_steward(intake: Intake) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(200)))
    refused = intake.send("CZ_PAY", *rows("CZ_PAY", range(90)))
    assert refused.state == "waiting"
    assert refused.refusal is not None
    assert refused.refusal["code"] == "too_few_rows"
    assert "110 of 200" in refused.refusal["sentence"]
    assert len(intake.current("CZ_PAY")) == 200
    assert intake.send("CZ_PAY", *rows("CZ_PAY", range(110))).state == "imported"


def test_an_empty_full_delivery_is_believed_first_and_waits_later(intake: Intake) -> None:
    assert intake.send("SF_PRISON").state == "imported"
    intake.send("SF_PRISON", row("SF_PRISON", 1))
    refused = intake.send("SF_PRISON", [])
    assert refused.refusal is not None
    assert refused.refusal["code"] == "too_few_rows"


def test_a_delivery_that_waits_makes_nobody(intake: Intake, session: Session) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(200)))
    intake.send("CZ_PAY", *rows("CZ_PAY", range(300, 350)))
    assert session.scalar(select(func.count()).select_from(Person)) == 200


def test_rejected_rows_make_nobody_and_believed_rows_everybody_they_name(
    intake: Intake, session: Session
) -> None:
    table = rows("MZ_CHILD", range(10), guardian=number_of(500))
    table[0] = row("MZ_CHILD", 0, guardian=number_of(501), recognised_on="昨天")
    intake.send("MZ_CHILD", *table)
    assert session.scalar(select(func.count()).select_from(Person)) == 10
    guardian = _person_of(session, 500)
    assert {one.data["guardian_person_id"] for one in intake.current("MZ_CHILD")} == {guardian}
    assert find(session, number_of(501)) is None


def test_an_exact_repetition_counts_once(intake: Intake) -> None:
    taken = intake.send("CZ_PAY", *rows("CZ_PAY", range(10)), row("CZ_PAY", 3))
    assert (taken.rows_total, taken.rows_accepted, taken.rows_rejected) == (11, 10, 0)


def test_contradicting_rows_of_one_key_are_all_rejected(intake: Intake) -> None:
    table = [*rows("CZ_PAY", range(40)), row("CZ_PAY", 3, employer="乙")]
    taken = intake.send("CZ_PAY", *table)
    assert intake.faults(taken) == [(5, ["key_conflict"]), (42, ["key_conflict"])]
    assert taken.rows_accepted == 39


def test_the_old_and_the_new_form_of_a_number_are_one_person(
    intake: Intake, session: Session
) -> None:
    old = number_of(1)[:6] + number_of(1)[8:17]
    intake.send("CZ_PAY", row("CZ_PAY", 1))
    intake.send("WJ_DEATH", row("WJ_DEATH", old))
    intake.send("GA_VEH", row("GA_VEH", number_of(1).lower()))
    assert session.scalar(select(func.count()).select_from(PersonIdentifier)) == 1
    assert {one.person_id for one in session.scalars(select(FeedRecord))} == {
        _person_of(session, 1)
    }
    assert find(session, old) == find(session, number_of(1))


def test_the_same_person_in_both_forms_in_one_file_is_one_row(intake: Intake) -> None:
    old = number_of(1)[:6] + number_of(1)[8:17]
    taken = intake.send("CZ_PAY", row("CZ_PAY", 1), row("CZ_PAY", old))
    assert (taken.rows_accepted, taken.rows_rejected) == (1, 0)


def test_the_register_gives_persons_their_names_and_divisions_and_households(
    intake: Intake, session: Session
) -> None:
    intake.send("MZ_SA", row("MZ_SA", 1, household_no="SA1", head=number_of(2)))
    assert set(session.scalars(select(Person.name))) == {None}
    intake.send(
        "GA_HUKOU",
        row("GA_HUKOU", 1, name="王秀英", household_no="H1"),
        row("GA_HUKOU", 2, name="李建国", household_no="H1", division="330523031002"),
    )
    person = find(session, number_of(2))
    assert person is not None
    session.refresh(person)
    assert (person.name, person.division) == ("李建国", "330523031002")
    kinds = {(one.kind, one.code) for one in session.scalars(select(Household))}
    assert kinds == {("assist", "SA1"), ("hukou", "H1")}
    assert len({one.household_id for one in intake.current("GA_HUKOU")}) == 1


def test_land_households_are_shared_by_the_two_feeds_that_name_them(
    intake: Intake, session: Session
) -> None:
    intake.send("NY_PLANT", row("NY_PLANT", 1, contractor_no="330523151201000001"))
    intake.send("NY_LAND", row("NY_LAND", 1, contractor_no="330523151201000001"))
    plant, land = intake.current("NY_PLANT")[0], intake.current("NY_LAND")[0]
    assert plant.household_id == land.household_id is not None
    assert (plant.person_id, land.person_id) == (None, _person_of(session, 1))
    intake.send("NY_LAND", row("NY_LAND", 2, contractor_no="330523151201000001"))
    assert intake.current("NY_LAND")[0].person_id == _person_of(session, 2)


def test_values_are_kept_in_the_units_and_types_the_feed_declares(intake: Intake) -> None:
    intake.send("MZ_CHECK", row("MZ_CHECK", 1, income_pc_fen="1175.5", cars="", nonres_house="否"))
    data = intake.current("MZ_CHECK")[0].data
    assert (data["income_pc_fen"], data["house_area_pc"]) == (117550, 2850)
    assert (data["cars"], data["nonres_house"]) == (None, False)
    intake.send("CL_CERT", row("CL_CERT", 1, category="精神", grade="二级"))
    data = intake.current("CL_CERT")[0].data
    assert (data["category"], data["grade"], data["expires_on"]) == (6, 2, "2020-01-05")


def test_dates_in_the_wrong_order_reject_the_row(intake: Intake) -> None:
    table = rows("SF_PRISON", range(20), to_date="")
    table[2] = row("SF_PRISON", 2, from_date="2026-01-05", to_date="2026-01-04")
    taken = intake.send("SF_PRISON", *table)
    assert intake.faults(taken) == [(4, ["dates_reversed"])]


def test_a_row_with_several_faults_tells_all_of_them(intake: Intake) -> None:
    table = rows("GA_HUKOU", range(30))
    table[1] = row("GA_HUKOU", 1, sex="?", birth="31.12.1949", division="x", name="")
    taken = intake.send("GA_HUKOU", *table)
    faults = intake.faults(taken)[0]
    assert faults == (3, ["value_missing", "code_unknown", "date_shape", "division_shape"])


def test_a_full_delivery_of_an_earlier_day_is_newer_knowledge_all_the_same(
    intake: Intake,
) -> None:
    with time_machine.travel("2026-10-01", tick=False):
        intake.send("CZ_PAY", row("CZ_PAY", 1))
    with time_machine.travel("2026-11-01", tick=False):
        intake.send("CZ_PAY", row("CZ_PAY", 1, employer="乙"))
    old, new = intake.ever("CZ_PAY")
    assert (old.known_from.month, old.known_to and old.known_to.month) == (10, 11)
    assert new.known_from.month == 11


def _said(session: Session) -> list[tuple[Any, ...]]:
    """Return everything known, with ID indexes instead of person ids, which depend on the order."""
    indexes = {
        one.person_id: one.value_index.hex() for one in session.scalars(select(PersonIdentifier))
    }
    codes = {one.id: (one.kind, one.code) for one in session.scalars(select(Household))}
    names = sorted(
        (indexes[one.id], one.name or "", one.division or "")
        for one in session.scalars(select(Person).execution_options(populate_existing=True))
    )
    records = sorted(
        (
            one.feed,
            indexes.get(one.person_id or 0, ""),
            codes.get(one.household_id or 0, ("", "")),
            sorted(
                (key, indexes[value] if value and key.endswith("_person_id") else str(value))
                for key, value in one.data.items()
            ),
        )
        for one in session.scalars(select(FeedRecord))
    )
    return [*names, *records]


@pytest.mark.parametrize("order", list(permutations(["GA_HUKOU", "MZ_SA", "MZ_CHILD"])))
def test_the_order_in_which_departments_deliver_makes_no_difference(
    intake: Intake, session: Session, order: tuple[str, ...]
) -> None:
    def send(codes: tuple[str, ...]) -> list[tuple[Any, ...]]:
        for code in codes:
            more: dict[str, Any] = {
                "MZ_SA": {"head": number_of(1)},
                "MZ_CHILD": {"guardian": number_of(2)},
            }.get(code, {})
            intake.send(code, *rows(code, range(1, 6), **more))
        return _said(session)

    inner = session.begin_nested()
    expected = send(("GA_HUKOU", "MZ_SA", "MZ_CHILD"))
    inner.rollback()
    session.expire_all()
    assert send(order) == expected
