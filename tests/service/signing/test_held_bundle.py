"""A bundle of which lines were left out: any subset proves, and whatever else is missing is found."""

import copy
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch import queries
from service.dispatch.holding.hold import hold
from service.dispatch.holding.problems import NothingLeft
from service.dispatch.holding.rule import require_by_rule
from service.signing.bundle.check import check
from service.signing.bundle.codes import BANK_FILE, LINES
from service.signing.standalone import held, recount
from tests.factories.batches import county_batch, signed
from tests.factories.officers import Staff
from tests.service.signing.bundles import Written, written

Changed = dict[str, Any]


def _lines(session: Session, batch: Batch) -> list[Payment]:
    session.expire_all()
    found = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)
    return list(session.scalars(found))


def _hold(session: Session, batch: Batch, people: Staff, references: list[str]) -> None:
    hold(
        session, batch, references, by=people.signer, and_by=people.reconciler, reason="待核实"
    )  # fmt: skip


@pytest.fixture
def batch_of(made: Session, data_dir: Path) -> tuple[Batch, Staff]:
    batch = county_batch(made, 6)
    return batch, signed(made, batch)


@pytest.fixture
def bundle(made: Session, batch_of: tuple[Batch, Staff], tmp_path: Path) -> Written:
    """Six lines of two banks, one of each left out, in two acts."""
    batch, people = batch_of
    first, second, *_ = _lines(made, batch)
    for line in (first, second):
        _hold(made, batch, people, [line.reference])
    return written(made, batch, tmp_path)


def test_any_subset_of_the_lines_is_proved_to_be_what_was_signed(
    made: Session, batch_of: tuple[Batch, Staff], tmp_path: Path
) -> None:
    batch, people = batch_of
    total = batch.frozen_fen or 0
    amounts = {one.reference: one.amount_fen for one in _lines(made, batch)}

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.sets(st.sampled_from(sorted(amounts)), min_size=1))
    def proved(left: set[str]) -> None:
        folder = tmp_path / "one"
        with made.begin_nested() as point:
            if left == set(amounts):
                with pytest.raises(NothingLeft):
                    _hold(made, batch, people, sorted(left))
            else:
                _hold(made, batch, people, sorted(left))
                for file in queries.of_batch(made, batch):
                    require_by_rule(made, batch, file)
                bundle = written(made, batch, _empty(folder))
                assert bundle.codes() == set()
                report, opened = recount.recount(bundle.home)
                assert opened is not None
                found = held.account(opened, report)
                held_fen = sum(amounts[one] for one in left)
                assert found is not None
                assert found.by_sums == []
                assert found.held == (len(left), held_fen)
                assert found.sent == (len(amounts) - len(left), total - held_fen)
            point.rollback()
        made.expire_all()

    proved()


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def test_the_two_files_run_alone_and_say_what_was_sent_and_held(
    bundle: Written, tmp_path: Path
) -> None:
    for one in (recount, held):
        shutil.copy(str(one.__file__), tmp_path)
    run = subprocess.run(
        [sys.executable, "-S", str(tmp_path / "held.py"), str(bundle.home)],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stdout.splitlines()) == (
        0, ["sent        4 lines, 400.18 yuan", "held        2 lines, 200.03 yuan"],
    ), run.stderr  # fmt: skip


def _said(bundle: Written) -> Changed:
    found: Changed = json.loads((bundle.home / "holding.json").read_bytes())
    return found


def _keep(bundle: Written, said: Changed) -> None:
    bundle.change("holding.json", rfc8785.dumps(said), forged=True)


def _one_officer(said: Changed) -> None:
    said["acts"][0]["officers"] = said["acts"][0]["officers"][:1]


def _twice_the_same(said: Changed) -> None:
    said["acts"][0]["officers"] = said["acts"][0]["officers"][:1] * 2


def _no_reason(said: Changed) -> None:
    said["acts"][0]["reason"] = " "


def _nobody(said: Changed) -> None:
    said["acts"][0]["officers"] = []


def _another_control(said: Changed) -> None:
    said["acts"][0]["officers"] = []
    said["acts"][0]["lines"][0]["control"] = "shared_account"


def _no_act(said: Changed) -> None:
    del said["acts"][0]


def _twice(said: Changed) -> None:
    said["acts"].append(copy.deepcopy(said["acts"][0]))


def _of_another_file(said: Changed) -> None:
    said["acts"][0]["lines"][0]["file"] = said["acts"][1]["lines"][0]["file"]


def _of_no_file(said: Changed) -> None:
    said["acts"][0]["lines"][0]["file"] = "MZ15"


def _another_line(said: Changed) -> None:
    said["acts"][0]["lines"][0]["reference"] = held.reference_of(99)


def _another_total(said: Changed) -> None:
    said["files"][0]["amount_fen"] += 1


def _another_day(said: Changed) -> None:
    said["files"][0]["execution_date"] = "2026-10-19"


def _another_account(said: Changed) -> None:
    said["files"][0]["debtor_account"] += "1"


def _another_digest(said: Changed) -> None:
    said["files"][0]["sha256"] = "0" * 64


def _no_file(said: Changed) -> None:
    del said["files"][0]


def _another_format(said: Changed) -> None:
    said["format"] = "anxin/held-lines/v2"


@pytest.mark.parametrize(
    "forge",
    [
        _one_officer, _twice_the_same, _no_reason, _nobody, _another_control, _no_act, _twice,
        _of_another_file, _of_no_file, _another_line, _another_total, _another_day,
        _another_account, _another_digest, _no_file, _another_format,
    ],
)  # fmt: skip
def test_a_hold_that_the_rule_does_not_allow_is_found(
    bundle: Written, forge: Callable[[Changed], None]
) -> None:
    said = _said(bundle)
    forge(said)
    _keep(bundle, said)
    assert bundle.codes() == {BANK_FILE}


@pytest.mark.parametrize("what", ["deleted", "put back", "another's"])
def test_a_line_that_an_administrator_takes_from_or_adds_to_the_file_that_goes_is_found(
    bundle: Written, made: Session, batch_of: tuple[Batch, Staff], what: str
) -> None:
    """Even where every digest and sum is made to agree with what was done."""
    said, batch = _said(bundle), batch_of[0]
    left_out = {line["reference"] for act in said["acts"] for line in act["lines"]}
    instead = next(one for one in said["files"] if one["channel"] == "ccb")
    path = bundle.home / "files" / instead["file_name"]
    rows = path.read_bytes().splitlines(keepends=True)
    signed_rows = next(
        one for one in (bundle.home / "files").iterdir() if one.stem == instead["stands_for"]
    ).read_bytes().splitlines(keepends=True)  # fmt: skip
    going = [one.reference.encode() for one in _lines(made, batch) if one.state == "frozen"]
    held_row = next(one for one in signed_rows if any(name.encode() in one for name in left_out))
    if what == "deleted":
        rows.remove(next(one for one in rows if any(name in one for name in going)))
    elif what == "put back":
        rows.append(held_row)
    else:
        name = next(one for one in left_out if one.encode() in held_row)
        rows.append(held_row.replace(name.encode(), held.reference_of(77).encode()))
    path.write_bytes(b"".join(rows))
    instead["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    _keep(bundle, said)
    assert bundle.codes() == {BANK_FILE}


@pytest.mark.parametrize("what", ["missing", "one less", "an amount", "a card", "order"])
def test_what_a_file_says_of_its_lines_is_bound_by_the_signed_root(
    bundle: Written, what: str
) -> None:
    path = bundle.home / "written.jsonl"
    rows = path.read_bytes().splitlines(keepends=True)
    if what == "order":
        rows[0], rows[1] = rows[1], rows[0]
    elif what == "one less":
        rows = rows[:-1]
    elif what != "missing":
        line = json.loads(rows[0])
        line["amount_fen" if what == "an amount" else "card"] = (
            line["amount_fen"] + 1 if what == "an amount" else "0" * 64
        )
        rows[0] = rfc8785.dumps(line) + b"\n"
    if what == "missing":
        path.unlink()
        bundle.list_again()
    else:
        bundle.change("written.jsonl", b"".join(rows), forged=True)
    assert bundle.codes() == {LINES}


def test_what_was_held_in_an_earlier_round_is_signed_as_held(
    bundle: Written, made: Session
) -> None:
    report, opened = recount.recount(bundle.home)
    assert opened is not None
    manifest = report.manifests[0]
    reference = json.loads((bundle.home / "written.jsonl").read_bytes().splitlines()[0])
    manifest["held"] = {"count": 1, "amount_fen": 1, "lines": [reference["reference"]]}
    with pytest.raises(recount.Wrong, match="held before"):
        held.account(opened, report)
    manifest["holding"] = {**held.RULE, "officers": 1}
    with pytest.raises(recount.Wrong, match="rule of holding"):
        held.account(opened, report)
    assert check(bundle.home, bundle.trust)[0].wrong == []
