"""A programme's decisions for two months at any size, written by the database itself.

Synthetic: nobody is meant. Of a hundred recipients one joins, one leaves and one gets another
amount; one account in fifty is not confirmed, a few share one, and a few people are reported dead.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel
from tests.factories.residents import DeliveryFactory, use

PROGRAMME = "MZ15"
LAST, THIS = "2026-09", "2026-10"

_PEOPLE = (
    (
        "INSERT INTO persons (id, name, division) OVERRIDING SYSTEM VALUE "
        "SELECT n, '试样' || chr(19968 + n % 20000), "
        "'330523' || (100 + n % 15)::text || (200 + n / 15 % 15)::text FROM generate_series(1, :people) n"
    ),
    "SELECT setval(pg_get_serial_sequence('persons', 'id'), :people)",
    # One card in two thousand is somebody else's as well.
    """
    INSERT INTO accounts (person_id, card_sealed, card_index, tail, bank_code, bank_name, status,
        delivery_id, known_from)
    SELECT n, '\\x00', sha256(('card ' || CASE WHEN n % 2000 = 0 THEN n - 1 ELSE n END)::bytea),
           lpad((n % 10000)::text, 4, '0'), '102336000019', '样例银行', '正常', :cards,
           '2026-01-05T00:00:00Z'
    FROM generate_series(1, :people) n
    """,
    """
    INSERT INTO account_verifications (card_index, person_id, holder_name, verdict, verified_on,
        delivery_id)
    SELECT a.card_index, a.person_id, p.name, CASE WHEN p.id % 500 = 7 THEN 'mismatch' ELSE 'match' END,
           '2026-02-01', :answers
    FROM accounts a JOIN persons p ON p.id = a.person_id WHERE p.id % 50 <> 3
    """,
    """
    INSERT INTO feed_records (feed, record_key, person_id, data, digest, delivery_id, row_no, known_from)
    SELECT 'GA_HUKOU', 'h' || n, n, jsonb_build_object('status', '正常', 'birth',
           (DATE '1930-01-01' + (n % 9000)::int)::text, 'name', '试样'), sha256(('h' || n)::bytea),
           :register, n, '2026-01-05T00:00:00Z'
    FROM generate_series(1, :people) n
    """,
    """
    INSERT INTO feed_records (feed, record_key, person_id, data, digest, delivery_id, row_no, known_from)
    SELECT 'BK_RET', encode(a.card_index, 'hex'), a.person_id, jsonb_build_object('status', '正常',
           'verified_on', '2026-02-01'), a.card_index, :answers, a.id, '2026-02-02T00:00:00Z'
    FROM accounts a WHERE a.person_id % 2000 <> 0
    """,
    """
    INSERT INTO feed_records (feed, record_key, person_id, data, digest, delivery_id, row_no, known_from)
    SELECT 'WJ_DEATH', 'd' || n, n, jsonb_build_object('death_date', '2026-08-30'),
           sha256(('d' || n)::bytea), :deaths, n, '2026-09-05T00:00:00Z'
    FROM generate_series(11, :people, 1000) n
    """,
    "ANALYZE",
)
_DUE = """
INSERT INTO decisions (assessment_id, programme, period, subject_kind, subject_id, payee_person_id,
    division, outcome, amount_fen, held_mask, unknown_mask)
SELECT :assessment, :programme, :month, 'person', p.id, p.id, p.division, 'due',
       10000 + CASE WHEN :late AND p.id % 100 = 3 THEN 2500 ELSE 0 END, 1, 0
FROM persons p WHERE p.id % 100 <> CASE WHEN :late THEN 1 ELSE 2 END
"""
_COUNTED = """
SELECT count(*) AS due, sum(amount_fen)::bigint AS fen FROM decisions WHERE assessment_id = :assessment
"""


def write_county(session: Session, people: int) -> None:
    """Write so many people with accounts and what departments said of them."""
    use(session)
    session.execute(text("SET LOCAL synchronous_commit = off"))
    deliveries = {
        name: DeliveryFactory.create(feed=feed).id
        for name, feed in (
            ("cards", "RS_CARD"), ("answers", "BK_RET"), ("register", "GA_HUKOU"),
            ("deaths", "WJ_DEATH"),
        )
    }  # fmt: skip
    channel("rural")
    for statement in _PEOPLE:
        named = {name: value for name, value in deliveries.items() if f":{name}" in statement}
        if ":people" in statement:
            named["people"] = people
        session.execute(text(statement), named)


def write_decisions(session: Session, month: str) -> UUID:
    """Write a month's assessment with a decision for almost everybody; return its id."""
    use(session)
    assessment: Assessment = AssessmentFactory.create(month=month)
    said = {"assessment": assessment.id, "programme": PROGRAMME, "month": month}
    session.execute(text(_DUE), {**said, "late": month == THIS})
    found = session.execute(text(_COUNTED), {"assessment": assessment.id}).one()
    counts = {"due": found.due, "amount_fen": found.fen, "unknown": 0}
    session.execute(
        text("SET LOCAL session_replication_role = replica"),
    )
    assessment.counts = {PROGRAMME: counts}
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.execute(text("ANALYZE decisions"))
    return assessment.id
