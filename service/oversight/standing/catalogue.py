"""The standing queries there are, in the order in which they are listed."""

from service.foundation.problems import NotFound
from service.oversight.standing.query import StandingQuery
from service.oversight.standing.questions import (
    account_many_payees,
    agent_many_payees,
    control_off,
    dead_account_open,
    late_addition,
    notice_shortened,
    officer_on_own_list,
    paid_after_death,
    payroll_paid,
    relative_in_chain,
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
)
BY_CODE = {query.code: query for query in QUERIES}


def by_code(code: str) -> StandingQuery:
    """Return a query by its code; raises NotFound."""
    found = BY_CODE.get(code)
    if found is None:
        raise NotFound("query")
    return found
