"""The register of divisions: taken over whole, with history under old codes and today's tree."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.demo.county.divisions import draw_villages
from service.demo.county.make import _write_divisions
from service.foundation.spreadsheets import FileRefused
from service.residents.models import Division
from service.residents.places import current_of, import_divisions, name_of, path_of, tree
from service.residents.places.commands import app
from service.residents.places.read import DivisionsRefused
from service.residents.places.tree import current_codes, names_of
from tests.foundation.committed import Committed, committed, template
from tests.service.residents.importing.deliveries import xlsx_of

__all__ = ["committed", "template"]

HEADER = ["区划代码", "名称", "级别", "上级代码", "启用日期", "停用日期", "并入代码"]
COUNTY = ["330523000000", "安心县", "县", "", "", "", ""]
TOWN = ["330523151000", "白茶坞镇", "乡镇", "330523000000", "", "", ""]
EAST = ["330523151201", "东坞村民委员会", "村", "330523151000", "", "", ""]
WEST = ["330523151202", "西溪村民委员会", "村", "330523151000", "", "", ""]
JOINED = ["330523151210", "东西村民委员会", "村", "330523151000", "2026-07-01", "", ""]
EAST_ENDED = [*EAST[:5], "2026-06-30", "330523151210"]


def _csv(*rows: list[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADER, *rows])
    return stream.getvalue().encode()


def _taken(session: Session, *rows: list[str]) -> tuple[int, int]:
    return import_divisions(session, _csv(*rows), by=SYSTEM)


def test_the_countys_own_file_is_taken_over_once(session: Session, tmp_path: Path) -> None:
    path, villages = tmp_path / "divisions.csv", draw_villages(2_000)
    _write_divisions(path, villages)
    added, changed = import_divisions(session, path.read_bytes(), by=SYSTEM)
    assert (added, changed) == (1 + 12 + len(villages), 0)
    assert import_divisions(session, path.read_bytes(), by=SYSTEM) == (0, 0)
    assert len(session.scalars(select(AuditEntry)).all()) == 1
    county = tree(session)[0]
    assert len(county.below) == 12
    assert sum(len(town.below) for town in county.below) == len(villages)
    village = villages[0]
    assert name_of(session, village.code) == village.name
    assert path_of(session, village.code)[0] == county.name
    assert len(path_of(session, village.code)) == 3


def test_a_workbook_is_read_like_a_text_file(session: Session) -> None:
    table = [HEADER, COUNTY, TOWN, EAST]
    assert import_divisions(session, xlsx_of(table), by=SYSTEM) == (3, 0)
    assert name_of(session, EAST[0]) == "东坞村民委员会"


def test_a_merged_village_keeps_its_old_code_and_is_counted_by_todays_tree(
    session: Session,
) -> None:
    """Situation 82: history stays under the old code, reports follow the successor."""
    _taken(session, COUNTY, TOWN, EAST, WEST)
    assert _taken(session, EAST_ENDED, JOINED) == (1, 1)
    assert name_of(session, EAST[0]) == "东坞村民委员会", "it is still called what it was called"
    assert current_of(session, EAST[0]) == JOINED[0]
    assert current_of(session, EAST[0], on=date(2026, 6, 30)) == EAST[0]
    assert current_codes(session, [EAST[0], WEST[0]]) == {EAST[0]: JOINED[0], WEST[0]: WEST[0]}
    villages = [one.code for one in tree(session)[0].below[0].below]
    assert villages == [WEST[0], JOINED[0]]
    before = [one.code for one in tree(session, on=date(2026, 6, 30))[0].below[0].below]
    assert before == [EAST[0], WEST[0]]


def test_successors_of_successors_lead_to_the_last_one(session: Session) -> None:
    last = ["330523151220", "新东西村民委员会", "村", "330523151000", "2026-09-01", "", ""]
    ended = [*JOINED[:5], "2026-08-31", last[0]]
    _taken(session, COUNTY, TOWN, EAST_ENDED, ended, last)
    assert current_of(session, EAST[0]) == last[0]


def test_what_nobody_knows_is_called_by_its_code(session: Session) -> None:
    assert name_of(session, "330523999201") == "330523999201"
    assert current_of(session, "330523999201") == "330523999201"
    assert path_of(session, "330523999201") == []
    assert names_of(session, ["330523999201"]) == {"330523999201": "330523999201"}
    assert tree(session) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["33052315120", *EAST[1:]], "区划代码"),
        ([EAST[0], "", *EAST[2:]], "名称"),
        ([EAST[0], EAST[1], "组", *EAST[3:]], "级别"),
        ([*EAST[:3], "330523777000", *EAST[4:]], "上级代码"),
        ([*EAST[:3], "330523000000", *EAST[4:]], "上级代码"),
        ([*EAST[:4], "2026-13-01", "", ""], "启用日期"),
        ([*EAST[:4], "2026-03-01", "2026-02-01", ""], "停用日期"),
        ([*EAST[:5], "", "330523151202"], "停用日期"),
        ([*EAST[:5], "2026-02-01", "330523151299"], "并入代码"),
        ([*EAST[:5], "2026-02-01", EAST[0]], "并入代码"),
        (TOWN, "区划代码"),
    ],
)
def test_one_fault_refuses_the_whole_file_and_names_row_and_column(
    session: Session, row: list[str], said: str
) -> None:
    with pytest.raises(DivisionsRefused) as refusal:
        _taken(session, COUNTY, TOWN, WEST, row)
    assert said in refusal.value.sentence
    assert "5" in refusal.value.sentence
    assert session.scalars(select(Division)).all() == []


def test_every_fault_is_named_at_once(session: Session) -> None:
    with pytest.raises(DivisionsRefused) as refusal:
        _taken(session, COUNTY, ["x", "", "?", "", "", "", ""], ["y", "", "?", "", "", "", ""])
    assert refusal.value.members["faults"] == 6


def test_successors_in_a_circle_are_refused(session: Session) -> None:
    one = [*EAST[:5], "2026-01-01", WEST[0]]
    other = [*WEST[:5], "2026-02-01", EAST[0]]
    with pytest.raises(DivisionsRefused):
        _taken(session, COUNTY, TOWN, one, other)


def test_what_is_no_table_of_divisions_is_refused(session: Session) -> None:
    with pytest.raises(FileRefused):
        import_divisions(session, b"", by=SYSTEM)
    with pytest.raises(DivisionsRefused, match="级别"):
        import_divisions(session, "区划代码,名称\n330523000000,安心县\n".encode(), by=SYSTEM)
    with pytest.raises(DivisionsRefused, match="no rows"):
        _taken(session)


def test_the_command_line_imports_and_lists(committed: Committed, tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_bytes(_csv(COUNTY, TOWN, EAST))
    done = CliRunner().invoke(app, ["import", str(path)])
    assert (done.exit_code, done.output) == (0, "3 added 新增, 0 changed 变更\n")
    assert "330523151201 东坞村民委员会" in CliRunner().invoke(app, ["list"]).output
    path.write_bytes(_csv(["x", "", "", "", "", "", ""]))
    assert CliRunner().invoke(app, ["import", str(path)]).exit_code == 1
