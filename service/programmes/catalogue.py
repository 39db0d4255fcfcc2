"""The rules in force: loaded once a process, kept by digest in the database."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import RuleSet, load_rules
from service.audit.actor import SYSTEM
from service.audit.record import record
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.foundation.settings import settings
from service.programmes.models import RuleSetVersion


@lru_cache(maxsize=1)
def rules() -> RuleSet:
    """Return the rule set this installation runs."""
    return load_rules(county=settings().county_rules)


def title(code: str, language: str) -> str:
    """Return a programme's name in ``zh`` or ``en``; raises NotFound."""
    programme = rules().programmes.get(code)
    if programme is None:
        raise NotFound("programme")
    return programme.names.zh if language.startswith("zh") else programme.names.en


def feeds_of(code: str) -> tuple[str, ...]:
    """Return the codes of the feeds that a programme's rules rest on; raises NotFound."""
    programme = rules().programmes.get(code)
    if programme is None:
        raise NotFound("programme")
    return programme.feeds


def period_of(code: str, month: Month) -> str:
    """Return the period that a payment of a programme in a month is for: 2026-10, or 2026."""
    return rules().programmes[code].period(RuleMonth.parse(str(month)))


def back_pay_months(code: str) -> int:
    """Return how many past months a programme still pays to somebody of whom it learns late."""
    return rules().programmes[code].back_pay_months


def payable(month: Month) -> tuple[str, ...]:
    """Return the codes of programmes that the county pays in a month, in dependency order."""
    return tuple(one.code for one in rules().assessed(RuleMonth.parse(str(month))))


def keep_version(session: Session) -> str:
    """Keep the rule set's whole content under its digest, once; return the digest."""
    digest = rules().digest
    if session.scalar(select(RuleSetVersion.digest).where(RuleSetVersion.digest == digest)):
        return digest
    fresh = session.scalar(
        insert(RuleSetVersion)
        .values(digest=digest, recorded_at=clock.now(), content=rules().canonical)
        .on_conflict_do_nothing()
        .returning(RuleSetVersion.digest)
    )
    if fresh:
        record(session, "rules.recorded", by=SYSTEM, on=("rule_set_versions", digest))
    return digest
