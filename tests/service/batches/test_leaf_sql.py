"""The database writes the same canonical bytes of a line as the code that everybody else checks."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.log.tree import Frontier, leaf_hash
from service.batches.leaf import LEAF_SQL, leaf_of
from service.batches.lines import digest_of_ids, move_lines
from service.batches.models import Batch, Payment
from service.batches.submit import leaves, lines_root
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.officers import OfficerFactory

# What PostgreSQL can hold: everything but the character 0 and halves of a pair.
NAMES = st.none() | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)
_LINE = """
    SELECT {leaf} FROM (VALUES (CAST(:id AS bigint), 'MZ15', '2026-10', 'regular', 1, 'person',
        CAST(:subject AS bigint), CAST(:payee AS bigint), CAST(:name AS text), CAST(:account AS bigint),
        CAST(:fen AS bigint)))
    AS p (id, programme, period, line_type, attempt, subject_kind, subject_id, payee_person_id,
        payee_name, account_id, amount_fen)
"""
NUMBERS = st.integers(1, 2**62)


@given(NUMBERS, NUMBERS, st.none() | NUMBERS, NAMES, st.none() | NUMBERS, st.binary(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_write_the_same(
    session: Session,
    number: int,
    subject: int,
    payee: int | None,
    name: str | None,
    account: int | None,
    salt: bytes,
) -> None:
    line = Payment(
        id=number, programme="MZ15", period="2026-10", line_type="regular", attempt=1,
        subject_kind="person", subject_id=subject, payee_person_id=payee, payee_name=name,
        account_id=account, amount_fen=number,
    )  # fmt: skip
    written = session.scalar(
        text(_LINE.format(leaf=LEAF_SQL)),
        {
            "id": number, "subject": subject, "payee": payee, "name": name, "account": account,
            "fen": number, "salt": salt,
        },
    )  # fmt: skip
    assert written is not None
    assert written.encode() == leaf_of(salt, line)


def test_the_root_is_that_of_the_lines_past_the_freeze_in_order(made: Session) -> None:
    batch: Batch = BatchFactory.create()
    PaymentFactory.create_batch(4, batch=batch, payee_name='"\\\n\t\x7f  𠮷')
    PaymentFactory.create(batch=batch, state="held")
    by = OfficerFactory.create().actor("")
    count, fen = move_lines(
        made, Payment.batch_id == batch.id, now="ready", then="frozen", by=by,
        on=("batches", batch.id),
    )  # fmt: skip
    assert (count, fen) == (4, 40_000)
    frozen = made.scalars(
        select(Payment)
        .where(Payment.batch_id == batch.id, Payment.state == "frozen")
        .order_by(Payment.id)
    ).all()
    expected = [leaf_of(batch.salt, line) for line in frozen]
    assert list(leaves(made, batch)) == expected
    frontier = Frontier()
    frontier.extend(leaf_hash(one) for one in expected)
    assert lines_root(made, batch) == frontier.root()
    kept = made.scalar(
        text(
            "SELECT canonical FROM audit_entries WHERE object_id = :batch AND act = 'payment.frozen'"
        ),
        {"batch": str(batch.id)},
    )
    assert kept is not None
    assert digest_of_ids([line.id for line in frozen]) in bytes(kept).decode()
