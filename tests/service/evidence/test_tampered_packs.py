"""Every changed byte of a pack is found, and a forger who writes the index anew is found by what is signed."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785

from service.evidence.standalone.verify import (
    CHANGED,
    LINE,
    SIGNATURE,
    SUMS,
    TRAIL,
    UNREADABLE,
    Verdict,
    verify,
)
from tests.service.evidence.packs import forged, opened, outside, pack
from tests.service.reconciliation.answers import Sent


@pytest.fixture
def whole(booked: Sent) -> bytes:
    return pack(booked.session, booked.lines()[2], whole=True).content


def _checked(path: Path, content: bytes) -> Verdict:
    path.write_bytes(content)
    return verify(path)


def test_a_changed_byte_is_found_in_every_file_and_between_them(
    whole: bytes, tmp_path: Path
) -> None:
    path, luck = tmp_path / "pack.zip", Random(7)
    assert _checked(path, whole).exit_code == 0
    places = {
        whole.index(content) + luck.randrange(len(content)) for content in opened(whole).values()
    }
    end = whole.index(b"PK\x01\x02")
    places |= set(range(34)) | set(range(end, end + 60)) | set(range(len(whole) - 22, len(whole)))
    for place in sorted(places):
        changed = bytearray(whole)
        changed[place] ^= 1 << luck.randrange(8)
        assert _checked(path, bytes(changed)).exit_code in {UNREADABLE, CHANGED}, place
    for cut in (whole[:-1], whole + b"\n", whole[: len(whole) // 2], b"", b"PK"):
        assert _checked(path, cut).exit_code in {UNREADABLE, CHANGED}


def test_a_forger_who_writes_the_index_anew_is_found_by_what_is_signed(
    whole: bytes, tmp_path: Path
) -> None:
    path, files = tmp_path / "pack.zip", opened(whole)
    told = json.loads(files["payment.json"])

    def of(**changes: Any) -> bytes:
        return rfc8785.dumps({**told, **changes})

    more = {**told["payment"], "amount_fen": told["payment"]["amount_fen"] + 1}
    parts = {
        "amount_fen": more["amount_fen"],
        "parts": [{"what": "regular", "fen": more["amount_fen"]}],
    }
    entry = {
        **told["ledger"][0],
        "postings": [{"account": "a", "fen": 1}, {"account": "b", "fen": 1}],
    }
    entries = files["trail/entries.jsonl"]
    signatures = json.loads(files["signed/signatures.json"])
    signatures["signatures"][0]["signature"] = "00" * 64
    cases = [
        ("payment.json", of(payment=more), SUMS),
        ("payment.json", of(payment=more, amount=parts), LINE),
        ("payment.json", of(payment={**told["payment"], "payee": "别人"}), LINE),
        ("payment.json", of(ledger=[entry]), SUMS),
        ("payment.json", of(rules={**told["rules"], "digest": "0" * 64}), LINE),
        ("rules/rule-set.json", files["rules/rule-set.json"].replace(b"60", b"61", 1), LINE),
        ("rules/MZ15.json", files["rules/MZ15.json"].replace(b"60", b"61", 1), LINE),
        ("signed/line.json", files["signed/line.json"].replace(b'"attempt":1', b'"attempt":2'), LINE),
        ("signed/manifest-1.json", files["signed/manifest-1.json"].replace(b'"round":1', b'"round":2'), LINE),
        ("signed/screening.json", files["signed/screening.json"] + b" ", LINE),
        ("signed/signatures.json", rfc8785.dumps(signatures), SIGNATURE),
        ("trail/entries.jsonl", entries.replace(b"approved", b"returned", 1), TRAIL),
        ("trail/entries.jsonl", entries[: entries.index(b"\n") + 1], TRAIL),
        ("trail/checkpoint.txt", files["trail/checkpoint.txt"].replace(b"anxin", b"anxim", 1), TRAIL),
    ]  # fmt: skip
    for name, changed, code in cases:
        assert changed != files[name], name
        verdict = _checked(path, forged(whole, name, changed))
        assert code in {one.code for one in verdict.wrong}, (
            name,
            [one.en for one in verdict.wrong],
        )
        assert all(one.zh != one.en for one in verdict.wrong)
    missing = json.loads(files["pack.json"])
    del missing["files"]["payment.json"]
    assert _checked(path, forged(whole, "bank/more.bin", b"x")).exit_code == 0, (
        "what is listed may be there"
    )


def test_the_unpacked_folder_is_checked_alike(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(whole)
    key = json.loads(opened(whole)["trail/log-key.json"])["public_key"]
    code, told = outside(path, "--log-key", key)
    assert code == 0, told
    assert "compare it with the published one" not in told
    code, told = outside(path, "--log-key", "00" * 32)
    assert code == TRAIL
    home = path.with_suffix("")
    (home / "more.txt").write_text("x")
    assert verify(home).exit_code == CHANGED
    (home / "more.txt").unlink()
    (home / "README.txt").write_text("")
    code, told = outside(tmp_path / "pack.zip")
    assert code == 0
    (home / "link").symlink_to("/etc/passwd")
    assert verify(home).exit_code == UNREADABLE
    assert verify(tmp_path / "nothing").exit_code == UNREADABLE
