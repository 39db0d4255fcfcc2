"""Packs of a batch and of a month: totals to the fen, the signed root from masked lines, and tamperings."""

import io
import json
import zipfile
from pathlib import Path

import rfc8785

from service.audit.actor import SYSTEM
from service.evidence.archive.stream import streaming
from service.evidence.make import make_of_batch, make_of_month
from service.evidence.standalone.verify import CHANGED, LINE, SUMS, UNREADABLE, verify
from service.reconciliation.close_day import close_day
from tests.factories.batches import PAY_DAY
from tests.service.evidence.packs import of_others, opened, outside, seen
from tests.service.reconciliation.answers import Sent
from tests.service.web.browsing import MakeOfficer, SignInAs


def _forged(path: Path, name: str, changed: bytes) -> Path:
    files = opened(path.read_bytes())
    index = json.loads(files.pop("pack.json"))
    other = path.with_name("forged.zip")
    with streaming(other) as pack:
        for one, content in files.items():
            pack.put(one, [changed if one == name else content])
        pack.finish(index["kind"], index["about"])
    return other


def test_a_batch_is_whole_masked_and_to_the_fen(booked: Sent, tmp_path: Path) -> None:
    path, line = tmp_path / "batch.zip", booked.lines()[0]
    digest = make_of_batch(booked.session, booked.batch, path, by=SYSTEM)
    code, told = outside(path)
    assert code == 0, told
    assert digest in told
    assert "6 lines of 60021 fen" in told
    files = opened(path.read_bytes())
    said = json.loads(files["batch.json"])
    assert said["totals"] == {
        "paid": {"count": 1, "fen": 10_006},
        "rejected": {"count": 1, "fen": 10_004},
        "returned": {"count": 1, "fen": 10_002},
        "sent": {"count": 3, "fen": 30_009},
    }
    assert {"voucher.zh.pdf", "voucher.en.pdf", "rules/rule-set.json"} <= set(files)
    everybody = of_others(booked.session, line) | {line.payee_name or ""}
    assert seen(path.read_bytes(), everybody) == set()
    again = tmp_path / "again.zip"
    assert make_of_batch(booked.session, booked.batch, again, by=SYSTEM) == digest
    assert again.read_bytes() == path.read_bytes()

    whole = tmp_path / "whole.zip"
    make_of_batch(booked.session, booked.batch, whole, by=SYSTEM, whole=True, reason="按月归档")
    assert verify(whole).exit_code == 0
    assert {"bank/file-1.bin", "bank/file-2.bin", "bank/reply-1.bin"} <= set(
        opened(whole.read_bytes())
    )
    assert whole.stat().st_mode & 0o077 == 0

    lines = files["payments.jsonl"]
    swapped = lines.split(b"\n")
    swapped[0], swapped[1] = swapped[1], swapped[0]
    dearer = lines.replace(b'"amount_fen":10001', b'"amount_fen":10011')
    posting = {**said, "ledger": [{**said["ledger"][0], "postings": [{"account": "a", "fen": 1}]}]}
    for name, changed, code in (
        ("payments.jsonl", b"\n".join(swapped), LINE),
        ("payments.jsonl", lines[: lines.rindex(b"\n", 0, -1) + 1], SUMS),
        ("payments.jsonl", dearer, SUMS),
        ("batch.json", rfc8785.dumps(posting), SUMS),
        (
            "signed/manifest-1.json",
            files["signed/manifest-1.json"].replace(b"60021", b"60011"),
            LINE,
        ),
    ):
        assert changed != files[name]
        found = verify(_forged(path, name, changed))
        assert code in {one.code for one in found.wrong}, [one.en for one in found.wrong]
    for place in (40, len(path.read_bytes()) // 2, len(path.read_bytes()) - 3):
        flipped = bytearray(path.read_bytes())
        flipped[place] ^= 4
        other = tmp_path / "changed.zip"
        other.write_bytes(bytes(flipped))
        assert verify(other).exit_code in {UNREADABLE, CHANGED}


def test_a_month_names_its_lists_and_balances(
    booked: Sent, tmp_path: Path, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    close_day(booked.session, booked.channel(), PAY_DAY, by=booked.people.reconciler)
    number = booked.batch.batch_no
    path = tmp_path / "month.zip"
    packs = {number: (f"evidence-{number}.zip", "ab" * 32)}
    make_of_month(booked.session, "2026-10", path, packs, by=SYSTEM)
    code, told = outside(path)
    assert code == 0, told
    assert "1 batches" in told
    assert "1 bank days add up" in told
    said = json.loads(opened(path.read_bytes())["month.json"])
    (batch,) = said["batches"]
    assert batch["pack"] == {"digest": "ab" * 32, "file": f"evidence-{number}.zip"}
    assert (batch["count"], batch["amount_fen"]) == (6, 60_021)
    said["trial_balance"]["accounts"][0]["balance_fen"] += 1
    assert verify(_forged(path, "month.json", rfc8785.dumps(said))).exit_code == SUMS

    auditor = sign_in_as("auditor", language="en")
    assert "/months/2026-10/evidence.zip" in auditor.get("/months/2026-10").text
    assert f"/batches/{number}/evidence.zip" in auditor.get(f"/batches/{number}").text
    for address, name in (("/months/2026-10", "month.json"), (f"/batches/{number}", "batch.json")):
        given = auditor.get(f"{address}/evidence.zip")
        with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
            assert name in archive.namelist()
    assert auditor.get("/months/2031-01/evidence.zip").status_code == 404
    here = make_officer("reviewer", division="330523100")
    for browser in (sign_in_as("steward"), sign_in_as(officer=here)):
        assert browser.get("/months/2026-10/evidence.zip").status_code == 404
        assert browser.get(f"/batches/{number}/evidence.zip").status_code == 404
