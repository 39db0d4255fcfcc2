"""A programme's year never costs more than was appropriated, whoever races."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.ledger.appropriate import (
    AppropriationExceeded,
    AppropriationsUnreadable,
    appropriate,
    appropriate_from,
    commit,
)
from service.ledger.models import Appropriation
from service.ledger.queries import balance, balances
from tests.factories.batches import PAY_DAY
from tests.foundation.committed import Committed

HEADER = "年度,项目代码,资金来源,预算金额(元)\n"


def _give(session: Session, amount_fen: int) -> None:
    appropriate(session, "MZ15", 2026, amount_fen, fund_source="省级", by=SYSTEM)


def _commit(session: Session, amount_fen: int, batch: str) -> None:
    commit(session, "MZ15", 2026, amount_fen, batch=batch, on=PAY_DAY)


@pytest.mark.parametrize("each_fen", [100_00, 30_01, 10_00, 7_77])
def test_sixteen_that_race_for_the_last_hundred_yuan_never_exceed_it(
    committed: Committed, each_fen: int
) -> None:
    with committed.transaction() as session:
        _give(session, 100_00)
    together = Barrier(16)

    def race(number: int) -> bool:
        together.wait(timeout=60)
        try:
            with committed.transaction() as session:
                _commit(session, each_fen, f"batch-{number}")
        except AppropriationExceeded:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = sum(pool.map(race, range(16)))
    assert won == min(16, 100_00 // each_fen)
    with committed.transaction() as session:
        kept = session.scalars(select(Appropriation)).one()
        assert kept.committed_fen == won * each_fen <= 100_00
        assert balance(session, "commitments:MZ15") == won * each_fen
        assert balance(session, "available:MZ15") == 100_00 - won * each_fen
        assert sum(balances(session).values()) == 0


def test_the_last_fen_may_be_committed_and_not_one_more(session: Session) -> None:
    _give(session, 100_00)
    _commit(session, 99_99, "a")
    _commit(session, 1, "b")
    with pytest.raises(AppropriationExceeded) as refusal:
        _commit(session, 1, "c")
    assert refusal.value.status == 409
    assert "0.00 yuan left" in refusal.value.say("en")


def test_a_year_that_was_never_appropriated_has_nothing(session: Session) -> None:
    with pytest.raises(AppropriationExceeded):
        _commit(session, 1, "a")


def test_last_years_money_does_not_pay_this_year(session: Session) -> None:
    appropriate(session, "MZ15", 2025, 100_00, fund_source="省级", by=SYSTEM)
    with pytest.raises(AppropriationExceeded):
        _commit(session, 1, "a")


def test_direct_sql_cannot_commit_more_either(session: Session) -> None:
    _give(session, 100_00)
    for figure in ("amount_fen + 1", "-1"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE appropriations SET committed_fen = {figure}"))


def test_an_appropriation_below_what_is_committed_is_refused(session: Session) -> None:
    _give(session, 100_00)
    _commit(session, 60_00, "a")
    with pytest.raises(IntegrityError), session.begin_nested():
        _give(session, 59_99)
    _give(session, 60_00)
    assert balance(session, "available:MZ15") == 0


def test_the_same_figure_again_changes_nothing(session: Session) -> None:
    for _ in range(3):
        _give(session, 100_00)
    assert balance(session, "available:MZ15") == 100_00
    entries = select(AuditEntry).where(AuditEntry.act == "appropriation.received")
    assert len(session.scalars(entries).all()) == 1


def test_a_figure_that_was_cut_and_given_back_is_booked_each_time(session: Session) -> None:
    for amount_fen in (100_00, 80_00, 100_00, 80_00):
        _give(session, amount_fen)
        assert session.scalars(select(Appropriation)).one().amount_fen == amount_fen
        assert balance(session, "available:MZ15") == amount_fen


def test_a_file_is_read_whole_and_sources_of_one_programme_are_one_figure(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "budget.csv"
    path.write_text(
        HEADER + "2026,MZ15,中央,1000.50\n2026,MZ15,省级,0.5\n2026,MZ16,县级,7\n",
        encoding="utf-8-sig",
    )
    assert appropriate_from(session, path, by=SYSTEM) == 1008_00
    kept = session.scalars(select(Appropriation).order_by(Appropriation.programme)).all()
    assert [(row.programme, row.amount_fen, row.fund_source) for row in kept] == [
        ("MZ15", 1001_00, "中央、省级"),
        ("MZ16", 7_00, "县级"),
    ]


def test_every_faulty_row_is_named_and_nothing_is_taken(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "budget.csv"
    path.write_text(
        HEADER + "2026,MZ15,省级,1e3\n2026,MZ16,省级,5\ntwo,MZ17,省级,5\n2026,MZ01,省级,-5\n",
        encoding="utf-8",
    )
    with pytest.raises(AppropriationsUnreadable) as refusal:
        appropriate_from(session, path, by=SYSTEM)
    faults = refusal.value.members["faults"]
    assert [fault.partition(":")[0] for fault in faults] == ["row 2", "row 4", "row 5"]
    assert session.scalars(select(Appropriation)).all() == []


def test_a_missing_column_is_named(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "budget.csv"
    path.write_text("年度,项目代码,预算金额(元)\n2026,MZ15,5\n", encoding="utf-8")
    with pytest.raises(AppropriationsUnreadable, match="资金来源"):
        appropriate_from(session, path, by=SYSTEM)
