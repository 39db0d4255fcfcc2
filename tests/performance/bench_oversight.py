"""How long each standing query takes over a million paid lines. Run it as a program; nothing collects it.

    python -m tests.performance.bench_oversight [PEOPLE]

A hundred thousand people, ten months paid each: prints a line a query, wall seconds as the server needs them.
"""

import os
import sys
import tempfile
import time

from sqlalchemy import text

LINES_PER_PERSON = 10
_PAID = """
INSERT INTO payments (batch_id, state, programme, period, subject_kind, subject_id, payee_person_id,
    payee_name, division, account_id, amount_fen, settled_on, decision_id)
SELECT b.id, 'paid', b.programme, b.month, 'person', p.id, p.id, p.name, p.division, a.id,
       10000 + p.id % 100, to_date(b.month, 'YYYY-MM') + 15, NULL
FROM batches b CROSS JOIN persons p JOIN accounts a ON a.person_id = p.id AND a.known_to IS NULL
"""


def main(people: int) -> None:
    """Write the lines, then ask every query once."""
    from service.foundation import engines
    from service.foundation.database import engine, transaction
    from service.foundation.migrating import upgrade
    from service.oversight.standing.catalogue import QUERIES
    from service.oversight.standing.engine import look, reading
    from service.programmes.catalogue import rules
    from tests.factories.batches import BatchFactory
    from tests.performance.batch_data import write_county

    upgrade(engines.database_url())
    with transaction() as session:
        write_county(session, people)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for month in range(1, LINES_PER_PERSON + 1):
            BatchFactory.create(
                month=f"2026-{month:02d}", state="answered", rule_digest=rules().digest
            )
        session.execute(text(_PAID))
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    lines = people * LINES_PER_PERSON
    sys.stdout.write(f"{lines:,} paid lines\n")
    total = 0.0
    for query in QUERIES:
        began = time.perf_counter()
        with reading() as session:
            seen = look(session, query)
        took = time.perf_counter() - began
        total += took
        sys.stdout.write(f"{query.code:<26}{took:>8.2f} s{seen.found:>10,} hits\n")
    sys.stdout.write(f"{'all':<26}{total:>8.2f} s\n")
    engines.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        for name in ("ANXIN_DATABASE_URL", "ANXIN_REDIS_URL"):
            os.environ.pop(name, None)
        main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
