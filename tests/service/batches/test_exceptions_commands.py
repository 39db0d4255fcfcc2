"""``anxin exceptions …``: each command is an officer's, and shows only that officer's place."""

import json
import re

from sqlalchemy import select
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.batches.exceptions.commands import app
from service.batches.models import PaymentHold
from service.officers.organisations import describe
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed

EAST, WEST = "330523100", "330523200"
run = CliRunner().invoke


def test_an_officer_lists_assigns_answers_and_clears_in_his_place_only(
    committed: Committed,
) -> None:
    with committed.transaction() as session:
        for name, place in (("东镇", EAST), ("西镇", WEST)):
            describe(session, name, "township", division=place, by=SYSTEM)
            OfficerFactory.create(
                username=place, organisation=name, division=place, duties=["steward"]
            )
        OfficerFactory.create(username="county")
        OfficerFactory.create(username="rules", duties=["policy"])
        OfficerFactory.create(username="gone", active=False)
        batch = BatchFactory.create()
        for place in (EAST, WEST):
            line = PaymentFactory.create(batch=batch, state="held", division=f"{place}200")
            HoldFactory.create(payment=line)
    mark = re.search(
        r"--mark (\w+)", run(app, ["assign", "each:township", "--by", "county"]).output
    )
    assert mark
    said = ["--by", "county", "--mark", mark[1], "--reason", "请核实"]
    assert run(app, ["assign", "each:township", *said]).exit_code == 0

    def listed(by: str) -> list[dict[str, str]]:
        found = json.loads(run(app, ["list", "--json", "--by", by]).output)
        assert found["total"] == len(found["exceptions"])
        rows: list[dict[str, str]] = found["exceptions"]
        return rows

    assert len(listed("county")) == 2
    (east,), (west,) = listed(EAST), listed(WEST)
    assert (east["office"], west["office"]) == ("东镇", "西镇")
    assert "西镇" not in run(app, ["progress", "--by", EAST]).output
    assert "西镇" in run(app, ["progress", "--by", "county"]).output
    assert west["key"] not in run(app, ["csv", "--by", EAST]).output
    for command in ("list", "csv", "progress"):
        assert run(app, [command]).exit_code == 2, "a command is somebody's"
        for nobody in ("rules", "gone", "unknown"):
            assert run(app, [command, "--by", nobody]).exit_code == 1
    found = ["--outcome", "confirmed", "--said", "人在家", "--evidence", "走访记录"]
    assert run(app, ["answer", west["key"], "--by", EAST, *found]).exit_code == 1
    assert run(app, ["answer", east["key"], "--by", EAST, *found]).exit_code == 0
    assert run(app, ["clear", "--by", EAST]).exit_code == 1
    with committed.transaction() as session:
        assert list(session.scalars(select(PaymentHold.cleared_at))) == [None, None]
