"""The last list of a year, of which a part fails: its money is carried over, and pays it next year."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.sent import mark_sent
from service.ledger.appropriate import appropriate
from service.ledger.models import Appropriation
from service.ledger.queries import balance, balances
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.factories.batches import account, signed
from tests.service.reconciliation.answers import BANK, Sent, sent


def test_what_failed_in_december_is_paid_in_january_from_money_carried_over(
    made: Session, data_dir: object
) -> None:
    """Situation 44: partly paid at year-end; the rest stays committed and is paid by a new line."""
    out = sent(made, month="2026-12")
    appropriate(made, "MZ15", 2027, 1_000_000, fund_source="县级", by=SYSTEM)
    before = _committed(made)
    out.reply(out.told("RJCT", "ACSC"))
    out.reply(out.told("ACSC", code="ccb"), "ccb")
    failed = out.lines()[0]
    assert (failed.state, failed.period) == ("rejected", "2026-12")
    assert balance(made, "commitments:MZ15") == failed.amount_fen, "carried over, not given back"

    account(made.get_one(Person, failed.payee_person_id))
    again = reissue(made, "MZ15", "2026-12", by=BANK)
    assert again is not None
    assert reissue(made, "MZ15", "2026-12", by=BANK) is None, "once"
    signed(made, again, out.people)
    (file,) = queries.of_batch(made, again)
    move(made, file, "sending", by=SYSTEM)
    move(made, file, "delivered", by=SYSTEM)
    mark_sent(made, file)
    new_year = Sent(made, again, out.people)
    new_year.reply(new_year.told("ACSC"))
    (line,) = made.scalars(select(Payment).where(Payment.batch_id == again.id))
    assert (line.state, line.replaces_id, line.period, line.amount_fen) == (
        "paid", failed.id, "2026-12", failed.amount_fen,
    )  # fmt: skip
    made.refresh(failed)
    assert failed.state == "reissued"
    assert balance(made, "commitments:MZ15") == 0
    assert _committed(made) == before, "neither year's money is committed a second time"
    assert before[2027] == 0
    assert sum(balances(made).values()) == 0


def _committed(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Appropriation.year, Appropriation.committed_fen).where(
            Appropriation.programme == "MZ15"
        )
    )
    return {row.year: row.committed_fen for row in rows}
