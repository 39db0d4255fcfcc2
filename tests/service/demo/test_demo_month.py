"""One month, end to end, judged by what was planted in the county and by the bank's own books.

And the same month once more, killed with SIGKILL at any point and run again, as if never killed.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eligibility_rules import Month, load_rules
from eligibility_rules.programme import Channel
from tests.service.demo.county_run import RESIDENTS, CountyRun, together

pytestmark = pytest.mark.slow

MONTH = Month.parse("2026-10")
KILLS, SEED = 5, 20261
PAYABLE = sorted(
    code
    for code, one in load_rules().programmes.items()
    if one.wave == 1 and one.is_payable(MONTH) and one.channel is Channel.CARD
)
_NOBODY = {"YJ03"}
"""Winter relief is paid from January to May."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyRun]:
    found = CountyRun(tmp_path_factory.mktemp("demo"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def told(run: CountyRun) -> dict[str, Any]:
    return run.demo()


def test_every_programme_of_the_month_is_paid(told: dict[str, Any]) -> None:
    assert len(PAYABLE) > 60
    assert sorted(told["programmes"]) == sorted(set(PAYABLE) - _NOBODY)
    assert all(one["count"] > 0 and one["amount_fen"] > 0 for one in told["programmes"].values())


def test_what_is_applied_for_goes_through_every_office(told: dict[str, Any]) -> None:
    steps = {one["step_zh"]: one["names"] for one in told["signed_off"]}
    assert list(steps) == [
        "乡镇初审",
        "业务科室审核",
        "部门负责人审批",
        "财政程序性审核",
        "国库签发",
    ]
    assert len(steps["乡镇初审"]) > 1, "each township with lines looks at its own"
    people = [name for names in steps.values() for name in names]
    assert len(people) == len(set(people)), "nobody acts twice"


def test_every_line_is_somewhere(told: dict[str, Any]) -> None:
    states = dict(told["payments"])
    again = together(*(states.pop(state) for state in ("frozen", "ready") if state in states))
    assert together(*states.values()) == together(*told["programmes"].values())
    assert again == states["reissued"], "what is issued again is what had failed"


def test_the_bank_paid_what_we_believe(run: CountyRun, told: dict[str, Any]) -> None:
    assert told["payments"]["paid"]["count"] > 500
    books = run.books()
    assert books["paid_more_than_once"] == []
    with run.database() as connection:
        ours = connection.execute(
            "SELECT coalesce(sum(amount_fen), 0) FROM payments WHERE state IN ('paid', 'unknown')"
        ).fetchone()
    assert ours is not None
    assert books["totals"]["paid"]["amount_fen"] == ours[0], (
        "a silent payment was paid all the same"
    )


def test_failures_returns_and_silence_are_all_there(told: dict[str, Any]) -> None:
    assert {"paid", "rejected", "returned", "unknown", "held", "reissued"} <= set(told["payments"])


def test_the_ledger_balances_and_the_bank_days_are_closed(told: dict[str, Any]) -> None:
    assert sum(told["ledger"].values()) == 0
    assert len(told["bank_days_closed"]) == 8
    transit = sum(
        fen for account, fen in told["ledger"].items() if account.startswith("in_transit")
    )
    assert transit >= told["payments"]["unknown"]["amount_fen"] > 0


def test_unknown_is_an_outcome_of_its_own(told: dict[str, Any]) -> None:
    assert told["decisions"]["unknown"] > 0
    assert told["decisions"]["due"] == together(*told["programmes"].values())["count"]


@pytest.mark.parametrize(
    ("planted", "control"),
    [
        ("dead_one_source", "death_reported"),
        ("dead_in_month", "payee_dead"),
        ("account_closed", "account_not_usable"),
        ("account_dormant", "account_not_usable"),
        ("account_lost", "account_not_usable"),
        ("account_frozen", "account_not_usable"),
        ("account_not_activated", "account_not_usable"),
        ("account_shared", "shared_account"),
        ("account_unverified", "account_unverified"),
        ("holder_not_checkable", "account_unverified"),
        ("holder_differs", "account_name_mismatch"),
        ("account_missing", "no_account"),
    ],
)
def test_what_was_planted_is_held_for_its_reason(
    run: CountyRun, told: dict[str, Any], planted: str, control: str
) -> None:
    assert told["held"][control] > 0
    looked_at = 0
    with run.database() as connection:
        for entry in run.truth()[planted]:
            person = run.person_of(connection, entry["person"])
            lines = connection.execute(
                "SELECT p.state, array_agg(h.control) FROM payments p JOIN batches b ON b.id = p.batch_id "
                "LEFT JOIN payment_holds h ON h.payment_id = p.id "
                "WHERE p.payee_person_id = %s AND b.month = '2026-10' AND p.attempt = 1 GROUP BY p.id, p.state",
                [person],
            ).fetchall()
            for state, controls in lines:
                looked_at += 1
                assert state == "held", f"{planted}: a line is {state}"
                assert control in controls
    assert looked_at > 0, f"nobody with {planted} was due anything, so this test saw nothing"


def test_a_name_the_bank_cannot_write_is_held_there_and_paid_elsewhere(
    run: CountyRun, told: dict[str, Any]
) -> None:
    found = {"rural": set[str](), "ccb": set[str]()}
    with run.database() as connection:
        for entry in run.truth()["name_not_in_gbk"]:
            rows = connection.execute(
                "SELECT c.code, p.state FROM payments p JOIN bank_channels c ON c.id = p.channel_id "
                "JOIN batches b ON b.id = p.batch_id "
                "WHERE p.payee_person_id = %s AND b.month = '2026-10'",
                [run.person_of(connection, entry["person"])],
            ).fetchall()
            for channel, state in rows:
                found[channel].add(state)
    assert found["rural"] == {"held"}, "its core system knows GBK only"
    assert "paid" in found["ccb"], "GB18030 has every character"


@pytest.mark.parametrize(
    "dirt", ["id_wrong_check", "id_formula_cell", "id_numeric_cell", "required_missing"]
)
def test_dirty_rows_were_kept_with_a_sentence(
    run: CountyRun, told: dict[str, Any], dirt: str
) -> None:
    entries = [one for one in run.truth()[dirt] if one["month"] == "2026-10"]
    assert entries
    with run.database() as connection:
        for entry in entries:
            row = connection.execute(
                "SELECT count(*) FROM rejected_rows r JOIN deliveries d ON d.id = r.delivery_id "
                "WHERE d.feed = %s AND jsonb_array_length(r.faults) > 0",
                [entry["feed"]],
            ).fetchone()
            assert row is not None
            assert row[0] > 0


def test_turning_eighty_and_a_hundred_counts_from_the_birthday_month(
    run: CountyRun, told: dict[str, Any]
) -> None:
    with run.database() as connection:
        for planted, programme in (("turns_80", "MZ15"), ("turns_100", "MZ16")):
            for entry in run.truth()[planted]:
                rows = connection.execute(
                    "SELECT p.programme FROM payments p JOIN batches b ON b.id = p.batch_id "
                    "WHERE subject_kind = 'person' AND subject_id = %s AND b.month = '2026-10' "
                    "AND p.programme IN ('MZ15', 'MZ16')",
                    [run.person_of(connection, entry["person"])],
                ).fetchall()
                assert [row[0] for row in rows] == [programme]


def test_running_again_pays_nothing_twice_and_says_so(run: CountyRun, told: dict[str, Any]) -> None:
    before = run.books()["totals"]
    again = run.demo()
    assert again["already_paid"]
    assert again["new_payments"] == 0
    assert run.books()["totals"] == before
    same = ("decisions", "programmes", "held", "payments", "ledger", "bank_days_closed")
    assert {part: again[part] for part in same} == {part: told[part] for part in same}


def test_killed_again_and_again_it_ends_with_the_same_money(
    run: CountyRun, told: dict[str, Any], tmp_path: Path
) -> None:
    draw = random.Random(SEED)
    killed = CountyRun(tmp_path / "killed")
    try:
        for _ in range(KILLS):
            _kill_after(killed, draw.uniform(1.0, 16.0))
        ended = killed.demo()
        same = ("decisions", "programmes", "held", "payments", "ledger", "bank_days_closed")
        assert {part: ended[part] for part in same} == {part: told[part] for part in same}
        assert ended["audit"]["verified"]
        books = killed.books()
        assert books["paid_more_than_once"] == []
        assert books["totals"] == run.books()["totals"]
    finally:
        killed.stop()


def _kill_after(run: CountyRun, seconds: float) -> None:
    running = subprocess.Popen(
        run.command("demo", "--residents", RESIDENTS, "--json"),
        env=run.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    running.send_signal(signal.SIGKILL)
    running.wait()


def test_comparison_with_the_month_before_adds_up(run: CountyRun, told: dict[str, Any]) -> None:
    with run.database() as connection:
        rows = connection.execute(
            "SELECT comparison FROM batches WHERE month = '2026-10' AND kind = 'regular'"
        ).fetchall()
    assert any(row[0]["joined"]["count"] and row[0]["left"]["count"] for row in rows)
    assert any(row[0]["changed"]["count"] for row in rows)
    for (comparison,) in rows:
        fen = {part: figures["amount_fen"] for part, figures in comparison.items()}
        assert fen["last"] + fen["joined"] - fen["left"] + fen["changed"] == fen["this"]


def test_snapshots_logs_and_audit_hold_no_id_number(run: CountyRun, told: dict[str, Any]) -> None:
    numbers = {entry["person"] for entries in run.truth().values() for entry in entries}
    kept = [run.home / "worker.log", *run.home.glob("snapshots/*/*"), *run.home.glob("audit/*")]
    kept.append(run.home / "postgres" / "server.log")
    for path in kept:
        content = path.read_bytes()
        assert not any(number.encode() in content for number in numbers), path.name
    with run.database() as connection:
        for table, column in (
            ("audit_entries", "canonical"),
            ("feed_records", "data::text::bytea"),
        ):
            for (content,) in connection.execute(f"SELECT {column} FROM {table}"):
                assert not any(number.encode() in bytes(content) for number in numbers), table


def test_tampering_is_found_and_the_first_bad_entry_named(
    run: CountyRun, told: dict[str, Any], tmp_path: Path
) -> None:
    assert run.anxin("audit", "verify").returncode == 0
    with run.database() as connection:
        row = connection.execute('SELECT entry_id FROM audit_leaves WHERE "index" = 41').fetchone()
        assert row is not None
        change = "UPDATE audit_entries SET canonical = %s WHERE id = %s"
        kept = connection.execute(
            "SELECT canonical FROM audit_entries WHERE id = %s", [row[0]]
        ).fetchone()
        assert kept is not None
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(change, [bytes(kept[0]).replace(b'"', b"'", 1), row[0]])
        found = run.anxin("audit", "verify", check=False)
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(change, [kept[0], row[0]])
    assert found.returncode == 3
    assert "41" in found.stderr
    assert run.anxin("audit", "verify").returncode == 0


def test_everybody_is_explained_and_every_sum_can_be_reckoned_again(
    run: CountyRun, told: dict[str, Any]
) -> None:
    month = told["month"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.demo.explain_everybody", month],
        env=run.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["explained"] > 20_000
    assert found["differing"] == 0


def test_the_command_line_explains_a_payment(run: CountyRun, told: dict[str, Any]) -> None:
    month = told["month"]
    with run.database() as connection:
        row = connection.execute(
            "SELECT subject_id, amount_fen, id FROM payments WHERE programme = 'MZ15'"
            " AND period = %s AND state = 'paid' ORDER BY id LIMIT 1",
            [month],
        ).fetchone()
    assert row is not None
    asked = ("month", "explain", month, "--person", str(row[0]), "--programme", "MZ15")
    found = json.loads(run.anxin(*asked, "--json", "--language", "zh").stdout)
    assert (found["outcome"], found["amount_fen"]) == ("due", row[1])
    assert all(one["state"] == "true" for one in found["conditions"])
    said = run.anxin(*asked).stdout
    assert f"to be paid: {row[1] // 100}.{row[1] % 100:02d} yuan" in said
    assert "Household registration" in said
    nobody = run.anxin("month", "explain", month, "--person", "999999999", "--programme", "MZ15",
                       check=False)  # fmt: skip
    assert nobody.returncode == 1
