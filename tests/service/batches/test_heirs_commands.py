"""``anxin heirs …``: the same register from the command line, two officers, no number in sight."""

import json
import re

from typer.testing import CliRunner

from service.batches.heirs.commands import app
from service.batches.models import Payment
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.factories.officers import OfficerFactory
from tests.factories.residents import FeedRecordFactory
from tests.foundation.committed import Committed

run = CliRunner().invoke


def test_two_officers_register_from_the_command_line(committed: Committed) -> None:
    with committed.transaction() as session:
        for duty in ("steward", "reviewer"):
            OfficerFactory.create(username=duty, duties=[duty])
        OfficerFactory.create(username="rules", duties=["policy"])
        OfficerFactory.create(username="elsewhere", duties=["steward"], division="330523999")
        months = Months(session)
        dead, heir = payee(name="试样甲"), payee(name="试样乙")
        for feed in ("WJ_DEATH", "MZ_CREM"):
            FeedRecordFactory.create(feed=feed, person=dead, data={"death_date": "2026-09-20"})
        months.knows(dead, "2026-09")
        months.build("2026-09")
        who, receiver = dead.id, heir.id
    (waiting,) = json.loads(run(app, ["list", "--json", "--by", "steward"]).output)["estates"]
    assert (waiting["person"], waiting["fen"], waiting["approved_share"]) == (who, 10_000, "0")
    said = ["--reason", "已核对", "--basis", "notarised", "--relation", "child"]
    asked = ["register", str(who), str(receiver), *said, "--evidence", "公证书 12 号", "--by"]
    assert run(app, [*asked, "reviewer"]).exit_code == 1
    entered = run(app, [*asked, "steward"])
    assert entered.exit_code == 0
    heir_id = entered.output.strip()
    assert run(app, ["approve", heir_id, "--by", "steward"]).exit_code == 1
    assert "approved" in run(app, ["approve", heir_id, "--by", "reviewer"]).output
    shown = run(app, ["show", str(who), "--by", "reviewer"]).output
    assert "payee_dead" in shown
    assert "试样乙" not in shown
    assert re.search("1/1", shown)
    assert "ended" in run(app, ["end", heir_id, "--by", "steward", "--reason", "重新协商"]).output
    refused = run(app, [*asked, "steward"]).output.strip()
    assert "ended" in run(app, ["refuse", refused, "--by", "reviewer", "--reason", "不符"]).output
    with committed.transaction() as session:
        assert {one.state for one in session.query(Payment)} == {"held"}
    assert run(app, ["show", "999999999", "--by", "steward"]).exit_code == 1
    for command in (["list"], ["show", str(who)]):
        assert run(app, command).exit_code == 2, "a command is somebody's"
        assert run(app, [*command, "--by", "rules"]).exit_code == 1
    assert run(app, ["show", str(who), "--by", "elsewhere"]).exit_code == 1
    theirs = json.loads(run(app, ["list", "--json", "--by", "elsewhere"]).output)
    assert theirs == {"estates": [], "next": ""}
