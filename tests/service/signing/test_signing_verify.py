"""At the moment of sending everything must still be as it was signed, and the signer still a signer."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.models import Batch
from service.dispatch import queries as files
from service.dispatch.hand_over import begin
from service.foundation.jobs import Job
from service.foundation.problems import Problem
from service.signing.verify import require_signed
from tests.factories.batches import county_batch, prepared, signed
from tests.factories.officers import staff
from tests.foundation.committed import Committed

LINE = "(SELECT min(id) FROM payments)"
FILE = "(SELECT id FROM bank_files ORDER BY file_reference LIMIT 1)"


def _scoped(narrower: str) -> str:
    """Return the SQL that narrows the signer's duty."""
    whole = {
        "division": '""', "programmes": "[]", "departments": "[]", "from": '"2000-01-01"',
        "to": "null",
    }  # fmt: skip
    name, _, value = narrower.partition(": ")
    said = ", ".join(f'"{key}": {one}' for key, one in {**whole, name.strip('"'): value}.items())
    scopes = f'{{"signer": [{{{said}}}]}}'
    return f"UPDATE officers SET scopes = '{scopes}' WHERE 'signer' = ANY(duties)"


AFTER_SIGNING = {
    "an amount": f"UPDATE payments SET amount_fen = amount_fen + 1 WHERE id = {LINE}",
    "a name": f"UPDATE payments SET payee_name = '另一人' WHERE id = {LINE}",
    "a payee": f"UPDATE payments SET payee_person_id = payee_person_id + 1 WHERE id = {LINE}",
    "an account": f"UPDATE payments SET account_id = account_id + 1 WHERE id = {LINE}",
    "a line taken out": f"UPDATE payments SET state = 'held' WHERE id = {LINE}",
    "a line deleted": f"DELETE FROM payments WHERE id = {LINE}",
    "the total": "UPDATE batches SET frozen_fen = frozen_fen + 1",
    "the count": "UPDATE batches SET frozen_count = frozen_count + 1",
    "the root": "UPDATE batches SET lines_root = '\\x00'",
    "the month": "UPDATE batches SET month = '2026-11'",
    "the rules": "UPDATE batches SET rule_digest = 'other'",
    "the round": "UPDATE batches SET round = 2",
    "who submitted": "UPDATE batch_acts SET officer_id = gen_random_uuid() WHERE act = 'submitted'",
    "who approved": "DELETE FROM batch_acts WHERE act = 'approved'",
    "a file's digest": f"UPDATE bank_files SET sha256 = repeat('0', 64) WHERE id = {FILE}",
    "a file's other digest": f"UPDATE bank_files SET sm3 = repeat('0', 64) WHERE id = {FILE}",
    "a file's total": f"UPDATE bank_files SET amount_fen = amount_fen + 1 WHERE id = {FILE}",
    "a file's name": f"UPDATE bank_files SET file_name = 'x' WHERE id = {FILE}",
    "a file's day": f"UPDATE bank_files SET execution_date = execution_date + 1 WHERE id = {FILE}",
    "a file's bank": f"UPDATE bank_files SET channel_id = (SELECT channel_id FROM bank_files "
    f"WHERE id <> {FILE} LIMIT 1) WHERE id = {FILE}",
    "a file taken out": f"DELETE FROM bank_files WHERE id = {FILE}",
    "the debit account": "UPDATE bank_channels SET debtor_account = debtor_account || '1'",
    "the manifest": "UPDATE manifests SET canonical = canonical || ' '",
    "the manifest and its digest": (
        "UPDATE manifests SET canonical = canonical || ' ', digest = sha256(canonical || ' ')"
    ),
    "the signature": "UPDATE signatures SET signature = sha512('x')",
    "all signatures": "DELETE FROM signatures",
    "the signer": "UPDATE signatures SET officer_id = (SELECT officer_id FROM batch_acts LIMIT 1)",
    "the key": "UPDATE signing_keys SET public_key = sha256('x')",
    "the key's owner": "UPDATE signing_keys SET officer_id = gen_random_uuid()",
    "the key's life": "UPDATE signing_keys SET revoked_at = now()",
    "the signer's duty": "UPDATE officers SET duties = '{maker}' WHERE 'signer' = ANY(duties)",
    "the signer's programmes": _scoped('"programmes": ["CJ01"]'),
    "the signer's place": _scoped('"division": "330523101"'),
    "the signer's time": _scoped('"to": "2020-01-01"'),
    "the signer's being here": "UPDATE officers SET active = false WHERE 'signer' = ANY(duties)",
}


def _gate(session: Session, batch: Batch) -> None:
    batch = queries.locked(session, batch.id)
    found = files.of_batch(session, batch)
    require_signed(session, batch, [files.sealed(session, one) for one in found])


@pytest.mark.parametrize("what", sorted(AFTER_SIGNING))
def test_what_was_changed_after_signing_is_not_sent(committed: Committed, what: str) -> None:
    with committed.transaction() as session:
        batch = county_batch(session)
        signed(session, batch)
    with committed.transaction() as session:
        _gate(session, batch)
    committed.as_superuser(AFTER_SIGNING[what])
    with pytest.raises(Problem) as refusal, committed.transaction() as session:
        _gate(session, batch)
    assert refusal.value.code in {"not_signed", "signature_refused"}


def test_nothing_is_queued_for_sending_when_the_gate_refuses(committed: Committed) -> None:
    with committed.transaction() as session:
        batch = county_batch(session)
        signed(session, batch)
    committed.as_superuser(AFTER_SIGNING["an amount"])
    with pytest.raises(Problem), committed.transaction() as session:
        begin(session, str(batch.id))
    with committed.transaction() as session:
        assert not session.scalars(select(Job).where(Job.kind == "dispatch.hand_over")).all()


def test_an_unsigned_batch_is_not_sent(made: Session, data_dir: object) -> None:
    batch = prepared(made, county_batch(made), staff())
    with pytest.raises(Problem, match="nobody has signed it"):
        _gate(made, batch)


def test_a_batch_without_a_manifest_is_not_sent(made: Session) -> None:
    batch = county_batch(made)
    with pytest.raises(Problem, match="manifest is missing"):
        _gate(made, batch)


def test_payments_that_moved_on_are_still_what_was_signed(made: Session, data_dir: object) -> None:
    batch = county_batch(made)
    signed(made, batch)
    for state in ("sent", "paid", "returned"):
        made.execute(text("UPDATE payments SET state = :state"), {"state": state})
        made.expire_all()
        _gate(made, batch)


def test_holds_that_were_cleared_later_do_not_break_the_signature(
    made: Session, data_dir: object
) -> None:
    batch = county_batch(made)
    signed(made, batch)
    at = datetime.now(UTC)
    made.execute(text("UPDATE payment_holds SET cleared_at = :at"), {"at": at})
    _gate(made, batch)
