"""Golden vectors: what is signed today must be what is verified in twenty years, byte for byte."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.audit.log.tree import Frontier, leaf_hash
from service.batches.leaf import leaf_of, salt_of
from service.batches.models import Batch, Payment
from service.foundation import clock
from service.foundation.ids import reference_of
from service.signing import manifest as manifests
from service.signing import written_lines
from service.signing.challenge import message, message_v1
from service.signing.earlier_manifests import content_of_v1, content_of_v2
from service.signing.manifest import SealedFile, make
from service.signing.standalone import held, recount

AT = datetime(2026, 10, 16, 1, 2, 3, tzinfo=UTC)
FILE = SealedFile(
    channel="ccb", file_name="f.txt", file_reference="MZ15-2026-10-01-R2-1",
    debtor_account="33050163000000000018", execution_date=date(2026, 10, 16).isoformat(),
    count=2, amount_fen=30_001, sha256="c" * 64, sm3="d" * 64,
)  # fmt: skip
FILES = (
    '"files":[{"amount_fen":30001,"channel":"ccb","count":2,'
    '"debtor_account":"33050163000000000018","execution_date":"2026-10-16","file_name":"f.txt",'
    f'"file_reference":"MZ15-2026-10-01-R2-1","sha256":"{"c" * 64}","sm3":"{"d" * 64}"}}]'
)
ROOT = bytes(range(32)).hex()


def _batch() -> Batch:
    return Batch(
        id=UUID(int=1), batch_no="MZ15-2026-10-01", round=2, kind="regular", programme="MZ15",
        month="2026-10", frozen_count=2, frozen_fen=30_001, lines_root=bytes(range(32)),
        rule_digest="a" * 64, snapshot_digest="b" * 64,
    )  # fmt: skip


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the given batch is looked at, and the time stands."""
    monkeypatch.setattr(manifests, "acts_of", lambda *_: [])
    monkeypatch.setattr(manifests, "screening_of", lambda *_: {"format": "screening"})
    monkeypatch.setattr(manifests, "notice_of", lambda *_: {"format": "notice"})
    monkeypatch.setattr(manifests, "signatures_required", lambda *_: 2)
    monkeypatch.setattr(manifests, "held_before", lambda *_: [(5, 10_001)])
    monkeypatch.setattr(clock, "now", lambda: AT)


class _Kept:
    """Stands for a session that keeps nothing."""

    def add(self, _thing: object) -> None:
        """Take a row."""

    def flush(self) -> None:
        """Write nothing."""


def test_the_manifest_of_version_3_does_not_change(still: None) -> None:
    made = make(_Kept(), _batch(), [replace(FILE, lines_root="e" * 64)])  # type: ignore[arg-type]
    screening = hashlib.sha256(b'{"format":"screening"}').hexdigest()
    notice = hashlib.sha256(b'{"format":"notice"}').hexdigest()
    files = FILES.replace('"sha256"', f'"lines_root":"{"e" * 64}","sha256"')
    assert made.canonical.decode() == (
        '{"acts":[],"amount_fen":30001,"batch_id":"00000000-0000-0000-0000-000000000001",'
        '"batch_no":"MZ15-2026-10-01","controls_off":[],"count":2,'
        f'"expires_at":"2026-11-15T01:02:03+00:00",{files},"format":"anxin/batch-manifest/v3",'
        '"held":{"amount_fen":10001,"count":1,"lines":["000000000005X"]},'
        '"holding":{"duty":"dispatch.send","lines":"may be left out, never added or changed",'
        '"officers":2,"rule":"anxin/holding/v1","sum":"sent + held = signed",'
        '"without_officers":["death_reported","payee_dead"]},'
        f'"kind":"regular","lines_root":"{ROOT}","made_at":"2026-10-16T01:02:03+00:00",'
        f'"month":"2026-10","notice_digest":"{notice}","prior_signatures":[],"programme":"MZ15",'
        f'"round":2,"rule_digest":"{"a" * 64}","screening_digest":"{screening}",'
        f'"signatures_required":2,"snapshot_digest":"{"b" * 64}"}}'
    )
    assert made.digest == hashlib.sha256(made.canonical).digest()
    assert recount.canonical(json.loads(made.canonical)) == made.canonical


def test_what_version_2_bound_is_still_rebuilt(made: Session, still: None) -> None:
    canonical = rfc8785.dumps(content_of_v2(made, _batch(), [replace(FILE, lines_root="e" * 64)]))
    assert canonical.decode() == (
        '{"acts":[],"amount_fen":30001,"batch_id":"00000000-0000-0000-0000-000000000001",'
        f'"batch_no":"MZ15-2026-10-01","controls_off":[],"count":2,{FILES},'
        '"format":"anxin/batch-manifest/v2","kind":"regular",'
        f'"lines_root":"{ROOT}","month":"2026-10","programme":"MZ15","round":2,'
        f'"rule_digest":"{"a" * 64}","snapshot_digest":"{"b" * 64}"}}'
    )


def test_what_version_1_bound_is_still_rebuilt(made: Session, still: None) -> None:
    """All but the open holds, which could be cleared after signing."""
    canonical = rfc8785.dumps({**content_of_v1(made, _batch(), [FILE]), "held_by_control": {}})
    assert canonical.decode() == (
        '{"acts":[],"amount_fen":30001,"batch_id":"00000000-0000-0000-0000-000000000001",'
        f'"batch_no":"MZ15-2026-10-01","controls_off":[],"count":2,{FILES},'
        '"format":"anxin/batch-manifest/v1","held_by_control":{},"kind":"regular",'
        f'"lines_root":"{ROOT}","month":"2026-10","programme":"MZ15","round":2,'
        f'"rule_digest":"{"a" * 64}","snapshot_digest":"{"b" * 64}"}}'
    )


def test_the_message_does_not_change() -> None:
    digest, officer, nonce = bytes(range(32)), UUID(int=7), bytes(range(32, 64))
    said = message(
        digest, batch_id=UUID(int=1), round_no=2, officer_id=officer, role="signer",
        nonce=nonce, expires_at=AT,
    )  # fmt: skip
    assert said.hex() == "1e11a582c143aecc4b8220b3dc370a1b8dfe74b3650e4d48d1e41e21b1501851"
    assert message_v1(digest, officer).hex() == (
        b"anxin/batch-signature/v1\x00".hex() + digest.hex() + officer.hex
    )
    asked = {
        "role": "signer", "officer": str(officer), "nonce": nonce.hex(), "expires_at": AT.isoformat()
    }  # fmt: skip
    manifest = {"batch_id": str(UUID(int=1)), "round": 2}
    assert recount.message(digest.hex(), manifest, asked) == said
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert (
        key.sign(said).hex()
        == "b5315fb3382148a6cfed7443070a189e001adaddb06523d0a022174addbd7344dfe8b5e3c48d47ec0af267ebae11d0b83838d06d3ac1035b07be646ba5024206"
    )


@given(st.data())
def test_no_two_questions_have_one_message(data: st.DataObject) -> None:
    """Moving a byte from one field to the next gives other bytes: each field says where it ends."""
    roles = st.text(max_size=6)
    draw = st.tuples(
        st.integers(1, 3), st.integers(1, 3), roles, st.binary(min_size=32, max_size=32),
        st.integers(0, 2**33),
    )  # fmt: skip
    one, other = data.draw(draw), data.draw(draw)
    made = [
        message(
            bytes(32), batch_id=UUID(int=batch), round_no=1, officer_id=UUID(int=officer),
            role=role, nonce=nonce, expires_at=datetime.fromtimestamp(seconds, UTC),
        )
        for batch, officer, role, nonce, seconds in (one, other)
    ]  # fmt: skip
    assert (made[0] == made[1]) == (one == other)


@pytest.mark.parametrize(
    ("digest", "nonce", "round_no"),
    [(bytes(31), bytes(32), 1), (bytes(32), bytes(33), 1), (bytes(32), bytes(32), 0)],
)
def test_a_field_of_another_length_is_no_message(
    digest: bytes, nonce: bytes, round_no: int
) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        message(
            digest, batch_id=UUID(int=1), round_no=round_no, officer_id=UUID(int=1), role="",
            nonce=nonce, expires_at=AT,
        )  # fmt: skip


def _line(**changed: object) -> Payment:
    line = {
        "id": 5, "programme": "MZ15", "period": "2026-10", "line_type": "regular", "attempt": 1,
        "subject_kind": "person", "subject_id": 9, "payee_person_id": 9, "payee_name": "张三",
        "account_id": 3, "amount_fen": 10_001,
    }  # fmt: skip
    return Payment(**{**line, **changed})


def test_a_leaf_does_not_change() -> None:
    salt = hashlib.sha256(bytes(32) + b"5").hexdigest()
    assert salt_of(bytes(32), 5) == salt
    assert leaf_of(bytes(32), _line()).decode() == (
        '{"account_id":3,"amount_fen":10001,"attempt":1,"id":5,"line_type":"regular",'
        '"payee_name":"张三","payee_person_id":9,"period":"2026-10","programme":"MZ15",'
        f'"salt":"{salt}","subject_id":9,"subject_kind":"person"}}'
    )
    frontier = Frontier()
    frontier.append(leaf_hash(leaf_of(bytes(32), _line())))
    frontier.append(leaf_hash(leaf_of(bytes(32), _line(id=6, payee_name=None, account_id=None))))
    assert (
        frontier.root().hex() == "13549384b3f72a6a91f43dc619f1c8c0d978f33219bd3bf46dbc744a895d921a"
    )


@given(st.text(max_size=20) | st.none(), st.integers(1, 2**52), st.integers(1, 2**52) | st.none())
def test_a_leaf_is_canonical_json(name: str | None, number: int, account: int | None) -> None:
    line = _line(payee_name=name, amount_fen=number, id=number, account_id=account)
    fields: dict[str, Any] = {
        "id": line.id, "programme": line.programme, "period": line.period,
        "line_type": line.line_type, "attempt": line.attempt, "subject_kind": line.subject_kind,
        "subject_id": line.subject_id, "payee_person_id": line.payee_person_id,
        "payee_name": name, "account_id": account, "amount_fen": number,
    }  # fmt: skip
    salt = salt_of(b"s", number)
    assert leaf_of(b"s", line) == rfc8785.dumps({"salt": salt, **fields})


def test_the_single_file_knows_the_same_formats() -> None:
    source = Path(recount.__file__).read_text(encoding="utf-8")
    assert f"{recount.MANIFEST_V}3" == manifests.FORMAT
    assert f"{recount.MANIFEST_V}2" == manifests.FORMAT_V2
    assert f"{recount.MANIFEST_V}1" == manifests.FORMAT_V1
    assert "import service" not in source
    assert "from service" not in source
    assert held.RULE == manifests.HOLDING
    assert held.DOMAIN == written_lines.DOMAIN


@given(st.integers(1, 2**59), st.integers(1, 10**12), st.text(max_size=8), st.text(max_size=8))
def test_a_written_line_is_canonical_and_its_parts_are_what_a_verifier_computes(
    number: int, amount_fen: int, card: str, name: str
) -> None:
    salt = salt_of(b"s", number)
    leaf = written_lines.leaf_of(salt, reference_of(number), amount_fen, card, name)
    assert held.reference_of(number) == reference_of(number)
    assert held.is_reference(reference_of(number))
    assert leaf == rfc8785.dumps(
        {
            "reference": held.reference_of(number), "amount_fen": amount_fen, "salt": salt,
            "card": held.digest_of(salt, "card", card), "name": held.digest_of(salt, "name", name),
        }
    )  # fmt: skip


def test_the_root_of_written_lines_does_not_change() -> None:
    told = written_lines.WrittenLines(bytes(32))
    leaves = [told.add(number, reference_of(number), 100, "62", "张三") for number in (5, 6)]
    tree = recount.Tree()
    for leaf in leaves:
        tree.add(b"anxin/written-line/v1\x00" + leaf)
    assert (
        told.root().hex()
        == tree.root()
        == ("c7a0c8def789fc7109891d779f4c5096ee20d85633d76dbafa95d749514e12b9")
    )
