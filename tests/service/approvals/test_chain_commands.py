"""The commands of sign-offs: what is in force, whether the staff could do it, and absences."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from service.approvals.chains.read import ChainsRefused
from service.approvals.commands import app
from service.approvals.models import ChainSet, Delegation
from service.foundation import clock
from service.officers.models import Officer
from tests.factories.batches import county_batch, frozen
from tests.factories.chains import LONG, long_staff
from tests.factories.officers import staff
from tests.foundation.committed import Committed

run = CliRunner().invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "county.yaml"
    path.write_text(LONG, encoding="utf-8")
    return path


def test_a_file_is_checked_refused_and_put(committed: Committed, file: Path) -> None:
    with committed.transaction():
        staff()
    shipped = run(app, ["chains", "check"])
    assert (shipped.exit_code, shipped.output.strip()[-8:]) == (0, "complete")
    checked = run(app, ["chains", "check", str(file)])
    assert checked.exit_code == 1
    assert "its step leaders asks for a reviewer of 民政局" in checked.output
    refused = run(app, ["chains", "put", str(file)])
    assert isinstance(refused.exception, ChainsRefused)
    with committed.transaction() as session:
        assert session.query(ChainSet).count() == 0
        people = long_staff()
    assert "2 chains in force" in run(app, ["chains", "put", str(file)]).output
    assert "leaders\t部门领导会签 Department leaders\tapprove\treviewer × 2" in run(
        app, ["chains", "show"]
    ).output  # fmt: skip
    with committed.transaction() as session:
        leaders = select(Officer).where(Officer.organisation == "县民政局")
        for one in session.scalars(leaders.where(Officer.id != people.leader.id)):
            one.active = False
    assert run(app, ["chains", "check"]).exit_code == 1


def test_a_batch_s_steps_and_an_absence(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        batch_no = frozen(session, county_batch(session, 1), people).batch_no
    said = run(app, ["steps", batch_no]).output.splitlines()
    assert said[0].startswith("1 review\tnow\t0/1\t")
    assert said[0].endswith(people.reviewer.username)
    today = clock.today().isoformat()
    away = ["absent", people.reviewer.username, "--from", today, "--to", today, "--reason", "病假"]
    assert run(app, away).exit_code == 0
    assert people.reviewer.username not in run(app, ["steps", batch_no]).output
    with committed.transaction() as session:
        assert session.scalars(select(Delegation.ended_at)).one() is None
    assert run(app, ["present", people.reviewer.username]).exit_code == 0
    with committed.transaction() as session:
        assert session.scalars(select(Delegation.ended_at)).one() is not None
    assert run(app, ["present", "nobody.here"]).exit_code == 1
