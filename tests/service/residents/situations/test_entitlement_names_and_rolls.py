"""Names that are written in many ways, people who are no payees, and rolls that are contradicted."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.controls import sendable
from service.batches.models import Payment, PaymentHold
from service.residents.identity.find import find
from service.residents.importing import import_delivery
from service.residents.models import Person, ReviewTask
from service.residents.places import current_of, import_divisions, name_of
from service.residents.tasks.look import look
from tests.factories.batches import CCB, account, channel, fresh_feeds
from tests.service.residents.importing.deliveries import (
    OFFICE,
    card_of,
    csv_of,
    delivery,
    headers,
    number_of,
    row,
)
from tests.service.residents.situations.offices import DUE_NOTHING, Offices

EIGHTIES = ("due", 6_000)


def _asked(session: Session, kind: str) -> list[ReviewTask]:
    look(session)
    return list(
        session.scalars(
            select(ReviewTask).where(ReviewTask.kind == kind, ReviewTask.state == "open")
        )
    )


def test_the_same_name_in_the_same_village_leads_nobody_to_somebody_elses_record(
    offices: Offices, session: Session
) -> None:
    """Situation 11: two people of one name, birth and village stay two, each with what is its own."""
    one, other = (offices.resident("1940-03-03", name="王秀英") for _ in range(2))
    offices.says("CL_CERT", one, name="王秀英", grade="一级")
    found = offices.decide("2026-10")
    assert offices.person_id(one) != offices.person_id(other)
    assert (found.fact(one, "dis__has_cert"), found.fact(other, "dis__has_cert")) == (True, False)
    assert (found.of(one, "MZ15"), found.of(other, "MZ15")) == (EIGHTIES, EIGHTIES)
    assert _asked(session, "name_differs") == []


def _about(offices: Offices, number: str, tasks: list[ReviewTask]) -> list[ReviewTask]:
    """The tasks about one person's household; the offices' first deliveries have gaps too."""
    return [task for task in tasks if task.person_id == offices.person_id(number)]


@pytest.mark.parametrize(
    "written", ["阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽・买买提", "阿依古丽· 买买提"]
)
def test_a_minority_name_is_one_name_however_its_dot_is_written(
    offices: Offices, session: Session, written: str
) -> None:
    """Situation 13: dots and spaces are compared as one; each department's own form is kept."""
    elder = offices.resident("1940-03-03", name="阿依古丽·买买提")
    offices.says("MZ_ELD", elder, name=written, valid_to="2029-01-01")
    offices.deliver()
    assert _asked(session, "name_differs") == []
    offices.says("MZ_ELD", elder, name="阿依古丽·吐尔逊", valid_to="2029-01-01")
    offices.deliver()
    assert len(_asked(session, "name_differs")) == 1


def test_the_bank_is_sent_the_name_in_the_banks_own_form(
    offices: Offices, session: Session
) -> None:
    """Situation 13: what the bank answered with is what goes back to it, dot and all."""
    channel("rural")
    elder = offices.resident("1940-03-03", name="阿依古丽·买买提")
    offices.says("RS_CARD", elder, card_no=card_of(1))
    offices.says(
        "BK_RET", elder, card_no=card_of(1), holder_name="阿依古丽．买买提", verdict="一致"
    )
    assert _line(session, offices, elder).payee_name == "阿依古丽．买买提"


def _line(session: Session, offices: Offices, number: str) -> Payment:
    found = offices.decide("2026-10")
    assert build(session, found.assessment, "MZ15", by=SYSTEM) is not None
    return session.scalars(
        select(Payment).where(Payment.subject_id == offices.person_id(number))
    ).one()


def test_a_character_of_four_bytes_goes_from_a_gb18030_file_to_the_banks_line_unchanged(
    offices: Offices, session: Session
) -> None:
    """Situation 14: rare characters are kept, and the bank's field is measured in bytes."""
    name = "王𠮷𰻝"
    number = number_of(1, "19400303")
    table = [headers("GA_HUKOU"), row("GA_HUKOU", number, birth="1940-03-03", name=name)]
    sent = import_delivery(session, "GA_HUKOU", csv_of(table, "gb18030"), "register.csv", by=OFFICE)
    assert (sent.state, sent.encoding.lower().startswith("gb18030")) == ("imported", True)
    person = find(session, number)
    assert person is not None
    assert person.name == name
    channel("ccb")
    fresh_feeds(session)
    account(person, bank=CCB)
    line = _line(session, offices, number)
    assert line.payee_name == name
    holds = select(PaymentHold.control).where(PaymentHold.payment_id == line.id)
    assert "charset_unsendable" not in session.scalars(holds).all()
    assert sendable("𠮷" * 15, "gb18030", 60)
    assert not sendable("𠮷" * 16, "gb18030", 60)


def test_a_foreign_spouse_counts_in_the_household_and_is_never_a_payee(
    offices: Offices, session: Session
) -> None:
    """Situation 15: civil affairs counts who lives together; only numbered people are listed."""
    head, wife = offices.resident("1975-01-01"), "E12345678"
    offices.says(
        "MZ_SA", head, household_no="H1", head=head, category="低保", size=2,
        approved_date="2026-01-10", status="在保",
    )  # fmt: skip
    offices.says(
        "MZ_CHECK", head, income_pc_fen="1000.00", cash_pc_fen="0", cars=0, houses=1,
        nonres_house="否", equity_total_fen="0", authorised="是", refused_check="否",
        report_date="2026-01-05",
    )  # fmt: skip
    outcome, fen = offices.decide("2026-10").of_household("H1", "MZ01")
    assert (outcome, fen) == ("due", 2 * (117_500 - 100_000))
    before = session.scalar(select(func.count()).select_from(Person))
    guest = import_delivery(
        session,
        "XZ_COLL",
        delivery("XZ_COLL", row("XZ_COLL", wife, claimant="")),
        "a.csv",
        by=OFFICE,
    )
    assert (guest.rows_accepted, guest.rows_rejected) == (0, 1)
    assert session.scalar(select(func.count()).select_from(Person)) == before


def test_a_child_of_foreign_nationality_is_registered_and_not_due(offices: Offices) -> None:
    """Situation 15: nationality is a fact of the register, and programmes ask for it themselves."""
    ours, foreign = (
        offices.resident("2025-08-08"),
        offices.resident("2025-08-08", nationality="美国"),
    )
    for child in (ours, foreign):
        offices.says("WJ_FP", child, legal_birth="是", birth_order=1)
        offices.says(
            "XZ_COLL", child, programme="WJ06", apply_date="2025-09-01", approve_date="2025-09-20"
        )
    found = offices.decide("2026-10")
    assert found.of(ours, "WJ06") == ("due", 360_000)
    assert found.of(foreign, "WJ06") == DUE_NOTHING


def test_a_roll_that_the_means_check_contradicts_is_asked_about_and_stays_as_it_is(
    offices: Offices, session: Session
) -> None:
    """Situation 52: civil affairs has a question with a deadline, and until it decides pays on."""
    head = offices.resident("1975-01-01")
    offices.says(
        "MZ_SA", head, household_no="H1", head=head, category="低保", size=1,
        approved_date="2026-01-10", status="在保",
    )  # fmt: skip
    offices.says(
        "MZ_CHECK", head, income_pc_fen="100.00", cash_pc_fen="0", cars=1, houses=1,
        nonres_house="否", equity_total_fen="0", authorised="是", refused_check="否",
        report_date="2026-10-05",
    )  # fmt: skip
    found = offices.decide("2026-11")
    (asked,) = _about(offices, head, _asked(session, "dibao_means"))
    assert asked.feed == "MZ_SA"
    assert found.of_household("H1", "MZ01") == ("due", 107_500)
    assert asked.due_on > date(2026, 11, 23)
    assert found.fact(head, "sa__dibao") is True
    again = _about(offices, head, _asked(session, "dibao_means"))
    assert again == [asked], "the same question is not asked twice"


def test_what_was_decided_for_a_village_stays_there_when_villages_are_joined(
    offices: Offices, session: Session
) -> None:
    """Situation 82: the decision keeps the old code; by today's tree it counts for the new village."""
    old, new = "330523100200", "330523100210"
    table = [
        ["区划代码", "名称", "级别", "上级代码", "启用日期", "停用日期", "并入代码"],
        ["330523000000", "安心县", "县", "", "", "", ""],
        ["330523100000", "白茶坞镇", "乡镇", "330523000000", "", "", ""],
        [old, "东坞村", "村", "330523100000", "", "2026-10-31", new],
        [new, "东西村", "村", "330523100000", "2026-11-01", "", ""],
    ]
    elder = offices.resident("1940-03-03", division=old)
    found = offices.decide("2026-10")
    stream = io.StringIO()
    csv.writer(stream).writerows(table)
    import_divisions(session, stream.getvalue().encode(), by=SYSTEM)
    assert found.fact(elder, "division") == old
    assert name_of(session, old) == "东坞村"
    assert current_of(session, old) == new
