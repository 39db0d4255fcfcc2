"""From the command line: look back, tell the resident, take instalments, and give up what is left."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import text
from typer.testing import CliRunner

from service import cli
from service.ledger.queries import balance, balances
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed
from tests.service.batches.paid_town import Town

TODAY = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
DUTIES = {
    "jing.ban": "maker", "fu.he": "reviewer", "fu.shen": "reviewer", "fu.yan": "reviewer",
}  # fmt: skip


def anxin(*words: str, fails: bool = False) -> str:
    """Run a command as somebody would and return what it prints."""
    done = CliRunner().invoke(cli.app, list(words))
    assert (done.exit_code != 0) == fails, done.output
    return done.output


@pytest.fixture
def town(committed: Committed) -> Town:
    found = Town(committed)
    with committed.transaction():
        for username, duty in DUTIES.items():
            OfficerFactory.create(username=username, name=username, duties=[duty])
    return found


@time_machine.travel(TODAY, tick=True)
def test_instalments_from_a_later_list_and_a_write_off_by_two(town: Town) -> None:
    """Situations 78 and 79, by nothing but commands: one pays back bit by bit, one has died poor."""
    offices = town.offices
    elder, died = (offices.resident(f"194{n}-03-03") for n in range(2))
    offices.says(
        "MZ_ELD", elder, selfcare="完全不能", assessed_on="2026-01-05", valid_to="2028-01-05"
    )
    offices.says(
        "MZ_CHECK", elder, income_pc_fen="900", monthly_income_fen="0", authorised="是",
        refused_check="否", report_date="2026-01-01",
    )  # fmt: skip
    said = {"programme": "MZ17", "apply_date": "2026-06-05", "approve_date": "2026-06-20"}
    offices.says("XZ_COLL", elder, **said)
    town.pay("MZ15", "MZ17")
    offices.says("XZ_COLL", elder, **{**said, "approve_date": "2026-08-20"})
    offices.says("WJ_DEATH", died, death_date="2026-08-20")
    offices.says("MZ_CREM", died, death_date="2026-08-20", cremated_on="2026-08-21")
    town.deliver()

    looked = anxin("month", "mend", "2026-10", "--since", "2026-08")
    assert "2 months: mended; lists: none; recovery cases: 2" in looked
    assert all(one in anxin("recoveries", "list") for one in ("MZ15", "MZ17", "125.00", "60.00"))
    cases = {
        one["programme"]: one["case"] for one in json.loads(anxin("recoveries", "list", "--json"))
    }
    paid, dead = cases["MZ17"], cases["MZ15"]
    told = ["--by", "jing.ban", "--on", "2026-10-12", "--how", "挂号信"]
    for case in (paid, dead):
        anxin("recoveries", "notify", case, *told)
    said_so = anxin(
        "recoveries", "agree", paid, "--by", "fu.he", "--reason", "本人同意分期", "--share", "50",
        "--monthly", "30", "--first", "2026-10",
    )  # fmt: skip
    assert said_so == f"{paid}: instalments, 125.00 yuan left\n"
    anxin("month", "run", "2026-10", "--programmes", "MZ17")
    shown = anxin("recoveries", "show", paid)
    assert ": 125.00 due, 30.00 kept, 95.00 paid\n" in shown
    assert shown.endswith(
        "125.00 yuan asked, 30.00 kept from later lines, 0.00 paid back, 95.00 left; "
        "at most 50 % of a payment, 30.00 yuan a month from 2026-10\n"
    )
    with town.committed.transaction() as session:
        kept = session.execute(
            text(
                "SELECT o.gross_fen, o.offset_fen, p.amount_fen, p.period FROM recovery_offsets o "
                "JOIN payments p ON p.id = o.payment_id"
            )
        ).all()
        assert [tuple(one) for one in kept] == [(12_500, 3_000, 9_500, "2026-10")]

    anxin("recoveries", "write-off", dead, "--by", "jing.ban", "--reason", "无力偿还", fails=True)
    once = anxin("recoveries", "write-off", dead, "--by", "fu.shen", "--reason", "无遗产")
    assert once.startswith("Approved once; one more officer must approve.")
    anxin("recoveries", "write-off", dead, "--by", "fu.shen", "--reason", "无遗产", fails=True)
    last = anxin("recoveries", "write-off", dead, "--by", "fu.yan", "--reason", "继承人无力偿还")
    assert last.startswith("Written off.")
    with town.committed.transaction() as session:
        assert balance(session, "written_off:MZ15") == 6_000
        assert sum(balances(session).values()) == 0
    anxin("month", "mend", "2026-10", "--since", "2026-08")
    left = {one["case"]: one for one in json.loads(anxin("recoveries", "list", "--json"))}
    assert (left[dead]["state"], left[paid]["state"]) == ("written_off", "instalments")
    assert left[paid]["left_fen"] == left[paid]["asked_fen"] - 3_000
