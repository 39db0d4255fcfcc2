"""The standing queries there are, in the order in which they are listed."""

from service.foundation.problems import NotFound
from service.oversight.standing.query import StandingQuery
from service.oversight.standing.questions import (
    account_changed_before,
    account_many_payees,
    account_there_and_back,
    agent_many_payees,
    amount_not_rule,
    below_threshold,
    control_off,
    counted_twice,
    dead_account_open,
    dropped_unsaid,
    due_never_listed,
    emergency_used,
    fast_approval,
    late_addition,
    looked_from_elsewhere,
    many_looked_at,
    notice_shortened,
    odd_hours,
    officer_on_own_list,
    paid_after_death,
    paid_late,
    payroll_paid,
    period_paid_twice,
    recovery_idle,
    relative_in_chain,
    returned_waits,
    same_pair,
    village_official_family,
    village_outlier,
)

QUERIES: tuple[StandingQuery, ...] = (
    paid_after_death.QUERY,
    dead_account_open.QUERY,
    account_many_payees.QUERY,
    agent_many_payees.QUERY,
    officer_on_own_list.QUERY,
    relative_in_chain.QUERY,
    village_official_family.QUERY,
    payroll_paid.QUERY,
    village_outlier.QUERY,
    late_addition.QUERY,
    notice_shortened.QUERY,
    control_off.QUERY,
    account_changed_before.QUERY,
    account_there_and_back.QUERY,
    amount_not_rule.QUERY,
    period_paid_twice.QUERY,
    counted_twice.QUERY,
    due_never_listed.QUERY,
    dropped_unsaid.QUERY,
    returned_waits.QUERY,
    paid_late.QUERY,
    recovery_idle.QUERY,
    fast_approval.QUERY,
    same_pair.QUERY,
    odd_hours.QUERY,
    below_threshold.QUERY,
    emergency_used.QUERY,
    many_looked_at.QUERY,
    looked_from_elsewhere.QUERY,
)
BY_CODE = {query.code: query for query in QUERIES}


def by_code(code: str) -> StandingQuery:
    """Return a query by its code; raises NotFound."""
    found = BY_CODE.get(code)
    if found is None:
        raise NotFound("query")
    return found
