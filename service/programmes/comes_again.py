"""Which month's list pays a programme's next period, and until when: by the rules and the calendar alone."""

from dataclasses import dataclass

from eligibility_rules import Frequency, Programme
from eligibility_rules import Month as RuleMonth
from service.foundation.months import Month
from service.programmes.catalogue import rules
from service.programmes.pay_days import PayDay, pay_day

_MONTHS_AHEAD = 24
_ONCE = frozenset({Frequency.EVENT, Frequency.ONE_OFF})


@dataclass(frozen=True)
class Next:
    """A month and its last day to pay; ``until`` is None where no rule names one."""

    month: Month
    until: PayDay | None


def is_paid_once(code: str) -> bool:
    """Return whether a programme pays for an event, so that nothing follows by itself."""
    programme = rules().programmes.get(code)
    return programme is not None and programme.frequency in _ONCE


def until(code: str, month: Month) -> PayDay | None:
    """Return until when a programme's list of a month is to be paid, where a rule says so."""
    programme = rules().programmes.get(code)
    return pay_day(programme, month) if programme is not None else None


def comes_again(code: str, month: Month, period: str) -> Next | None:
    """Return where the period after ``period``, last paid by ``month``'s list, is paid; None if unknown."""
    programme = rules().programmes.get(code)
    if programme is None or programme.frequency in _ONCE:
        return None
    for ahead in range(1, _MONTHS_AHEAD + 1):
        following = month.minus(-ahead)
        if _pays(programme, following, period):
            return Next(following, pay_day(programme, following))
    return None


def _pays(programme: Programme, month: Month, period: str) -> bool:
    asked = RuleMonth(month.year, month.month)
    return programme.is_payable(asked) and programme.period(asked) > period
