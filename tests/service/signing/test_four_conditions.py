"""The four conditions under which an electronic voucher replaces paper (财会〔2020〕6号, article 3).

1. It is verified to be genuine. 2. It is kept and sent safely, and any tampering is found in time.
3. The system reads and puts it out with its metadata, has the sign-off steps of maker, reviewer and
approver, and prevents booking twice. 4. It is archived as an accounting file. Each test tries to
break its condition.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.batches.acts import AlreadyActed
from service.batches.models import Batch, BatchAct
from service.dispatch.hand_over import begin, hand_over
from service.dispatch.models import BankFile
from service.foundation.jobs import Job
from service.foundation.problems import NotFound, Problem
from service.ledger.models import LedgerEntry
from service.signing.alarm import REFUSED, stopped
from service.signing.bundle.check import check
from service.signing.software import sign_with_software_key
from tests.factories.batches import county_batch, prepared, signed
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed
from tests.service.signing.bundles import Written, signed_batch, written
from tests.service.web.browsing import SignInAs


@pytest.fixture
def bundle(
    made: Session, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Written:
    return written(made, signed_batch(made, monkeypatch), tmp_path)


def test_1_it_is_verified_to_be_genuine_by_anybody_who_trusts_the_keys(bundle: Written) -> None:
    report, signatures = check(bundle.home, bundle.trust)
    assert report.wrong == []
    assert len(signatures) == 1
    assert check(bundle.home, {})[0].exit_code, "other keys prove nothing"


TAMPERING: dict[str, str] = {
    "an amount": "UPDATE payments SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM payments)",
    "an account": "UPDATE payments SET account_id = account_id + 1 WHERE id = (SELECT min(id) FROM payments)",
    "the signer's duty": "UPDATE officers SET duties = '{maker}' WHERE 'signer' = ANY(duties)",
    "the signer's key": "UPDATE signing_keys SET revoked_at = now()",
}


@pytest.mark.parametrize("what", sorted(TAMPERING))
def test_2_tampering_is_found_before_anything_is_sent_and_says_so(
    committed: Committed, what: str
) -> None:
    """By somebody whom no trigger stops: nothing leaves, the auditor is told, once."""
    with committed.transaction() as session:
        batch = county_batch(session)
        people = signed(session, batch)
        auditor = OfficerFactory.create(duties=["auditor"])
    committed.as_superuser(TAMPERING[what])
    for _ in range(2):
        with pytest.raises(Problem), committed.transaction() as session:
            begin(session, str(batch.id))
    with committed.transaction() as session:
        now = session.get_one(Batch, batch.id)
        assert now.state == "signed", "held where it is"
        assert not session.scalars(select(Job).where(Job.kind == "dispatch.hand_over")).all()
        alarms = session.scalars(select(AuditEntry).where(AuditEntry.act == REFUSED)).all()
        assert len(alarms) == 1
        assert [one.href for one in stopped(session, auditor)] == [f"/batches/{batch.batch_no}"]
        assert stopped(session, people.maker) == []


def test_2_a_bank_file_swapped_on_disk_is_not_sent(committed: Committed) -> None:
    """The row says what was signed; the bytes beside it are another file's."""
    with committed.transaction() as session:
        batch = county_batch(session)
        signed(session, batch)
        begin(session, str(batch.id))
        file_id = str(session.scalars(select(BankFile.id)).first())
    committed.as_superuser(
        "UPDATE bank_files SET content_sealed = (SELECT content_sealed FROM bank_files b "
        "WHERE b.id <> bank_files.id LIMIT 1)"
    )
    with pytest.raises(Problem), committed.transaction() as session:
        hand_over(session, file_id)
    with committed.transaction() as session:
        assert set(session.scalars(select(BankFile.state))) == {"prepared"}
        assert session.scalars(select(AuditEntry).where(AuditEntry.act == REFUSED)).all()


@pytest.mark.parametrize("name", ["manifest-1.json", "lines.jsonl", "signatures.json"])
def test_2_tampering_with_what_was_handed_over_is_found(bundle: Written, name: str) -> None:
    content = bytearray((bundle.home / name).read_bytes())
    content[len(content) // 3] ^= 1
    bundle.change(name, bytes(content), forged=True)
    assert bundle.codes()


def test_3_it_is_put_out_with_its_metadata(
    made: Session, bundle: Written, sign_in_as: SignInAs
) -> None:
    said = json.loads((bundle.home / "manifest-1.json").read_bytes())
    for member in (
        "batch_no", "programme", "month", "count", "amount_fen", "rule_digest", "snapshot_digest",
        "screening_digest", "notice_digest", "acts", "made_at", "expires_at",
    ):  # fmt: skip
        assert said[member] not in ("", None), member
    for file in said["files"]:
        assert file["debtor_account"]
        assert file["execution_date"]
    auditor = sign_in_as("auditor")
    assert auditor.get(f"/batches/{said['batch_no']}/voucher").status_code == 200
    assert auditor.get(f"/api/batches/{said['batch_no']}/manifest").json()["content"] == said


def test_3_maker_reviewer_and_signer_are_three_people_and_none_is_left_out(
    made: Session, data_dir: Path
) -> None:
    people, batch = staff(), county_batch(made)
    with pytest.raises(NotFound), made.begin_nested():
        sign_with_software_key(made, batch, by=people.signer)
    prepared(made, batch, people)
    for officer in (people.maker, people.reviewer):
        officer.duties = ["signer"]
        with pytest.raises(AlreadyActed), made.begin_nested():
            sign_with_software_key(made, batch, by=officer)
    sign_with_software_key(made, batch, by=people.signer)
    acted = made.execute(select(BatchAct.act, BatchAct.officer_id)).all()
    assert {"submitted", "approved", "signed"} <= {act for act, _ in acted}
    assert len({officer for _, officer in acted}) == len(acted)


def test_3_nothing_is_booked_or_signed_twice(made: Session, data_dir: Path) -> None:
    batch = county_batch(made)
    people: Staff = signed(made, batch)
    booked = len(made.scalars(select(LedgerEntry)).all())
    with pytest.raises(IllegalMove):
        sign_with_software_key(made, batch, by=people.signer)
    for statement in (
        (
            "INSERT INTO payments (batch_id, state, programme, period, line_type, attempt, subject_kind, "
            "subject_id, amount_fen) SELECT batch_id, 'ready', programme, period, line_type, attempt, "
            "subject_kind, subject_id, amount_fen FROM payments LIMIT 1"
        ),
        (
            "INSERT INTO manifests (id, batch_id, round, position, canonical, digest, made_at) SELECT "
            "gen_random_uuid(), batch_id, round, position, canonical, digest, made_at FROM manifests"
        ),
    ):
        with pytest.raises(DBAPIError), made.begin_nested():
            made.execute(text(statement))
    assert len(made.scalars(select(LedgerEntry)).all()) == booked


@pytest.mark.parametrize("table", ["manifests", "signatures", "batch_acts", "bank_files"])
def test_4_what_is_archived_is_never_changed_or_deleted(
    made: Session, data_dir: Path, table: str
) -> None:
    signed(made, county_batch(made))
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DBAPIError), made.begin_nested():
            made.execute(text(statement))


def test_4_an_archived_voucher_is_whole_and_readable_without_the_system(bundle: Written) -> None:
    """Everything that is needed lies in the bundle, and people can read what it is."""
    names = {
        one.relative_to(bundle.home).as_posix()
        for one in bundle.home.rglob("*")
        if one.is_file() and one.parent.name != "files"
    }
    assert names == {
        "README.txt", "bundle.json", "holding.json", "lines.jsonl", "manifest-1.json",
        "notice.json", "screening.json", "signatures.json", "written.jsonl",
    }  # fmt: skip
    readme = (bundle.home / "README.txt").read_text(encoding="utf-8")
    assert "如何" in readme or "核验" in readme
    assert check(bundle.home, bundle.trust)[0].count == 4
