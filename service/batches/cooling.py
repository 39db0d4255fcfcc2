"""Cooling off: money does not follow an account that changed a moment ago without anybody looking.

The first regular list after a change holds the line for thirty days, unless two officers made the
change, or an officer releases it after the bank itself confirmed who holds the new account. A
payment issued again after it failed has its own second officer, and another state of the same card
is no change.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.foundation import clock
from service.foundation.problems import Problem
from service.residents.identity.canonical import aliases
from service.residents.models import Account, AccountVerification

COOLING_OFF = timedelta(days=30)
CODE = "account_changed"

CHANGED = """
WITH ids AS (
    SELECT b.payee_canonical_id AS human_id, b.payee_canonical_id AS person_id
    FROM building b WHERE b.account_id IS NOT NULL AND b.replaces_id IS NULL
    UNION
    SELECT b.payee_canonical_id, p.id FROM building b JOIN persons p ON p.merged_into = b.payee_canonical_id
    WHERE b.account_id IS NOT NULL AND b.replaces_id IS NULL
),
known AS (
    SELECT ids.human_id, a.card_index, min(a.known_from) AS since,
           bool_or(a.change_id IS NOT NULL) AS agreed
    FROM ids JOIN accounts a ON a.person_id = ids.person_id
    GROUP BY ids.human_id, a.card_index
),
changed AS (
    SELECT k.human_id, k.card_index, k.since FROM known k
    WHERE k.since > :cooling_since AND NOT k.agreed
      AND EXISTS (SELECT FROM known o WHERE o.human_id = k.human_id AND o.since < k.since)
),
-- Paid there before, or released for that account by an officer: looked at once already.
trusted AS (
    SELECT ids.human_id, a.card_index
    FROM changed c
    JOIN ids ON ids.human_id = c.human_id
    JOIN payments p ON p.payee_person_id = ids.person_id
    JOIN accounts a ON a.id = p.account_id AND a.card_index = c.card_index
    LEFT JOIN payment_holds h ON h.payment_id = p.id AND h.control = 'account_changed'
     AND h.cleared_by <> 'data'
    WHERE p.state = 'paid' OR h.id IS NOT NULL
)
SELECT b.id, jsonb_build_object('account', b.account_id, 'since', c.since) AS evidence
FROM building b
JOIN changed c ON c.human_id = b.payee_canonical_id AND c.card_index = b.card_index
WHERE b.replaces_id IS NULL
  AND NOT EXISTS (
    SELECT FROM trusted t WHERE t.human_id = c.human_id AND t.card_index = c.card_index)
"""


class BankNotAsked(Problem):
    """The bank has not confirmed a changed account since it changed."""

    code = "bank_not_asked"
    status = 409
    title = "The bank has not confirmed this account"

    def __init__(self) -> None:
        super().__init__(
            "The bank has not confirmed who holds this account since it changed; release the line after its answer.",
            "账户变更后银行尚未核验户名与证号，请待核验一致后再解除暂缓。",
        )


def require_answer(session: Session, payment: Payment) -> None:
    """Raise :class:`BankNotAsked` unless the bank said 一致 on the day of the change or later."""
    account = session.get(Account, payment.account_id) if payment.account_id else None
    if account is None:
        raise BankNotAsked
    ids = aliases(session, account.person_id)
    since = session.scalars(
        select(Account.known_from)
        .where(Account.person_id.in_(ids), Account.card_index == account.card_index)
        .order_by(Account.known_from)
    ).first()
    answered = session.scalars(
        select(AccountVerification.verified_on).where(
            AccountVerification.person_id.in_(ids),
            AccountVerification.card_index == account.card_index,
            AccountVerification.verdict == "match",
        )
    ).all()
    if since is None or max(answered, default=None) is None:
        raise BankNotAsked
    if max(answered) < clock.civil(since).date():
        raise BankNotAsked
