"""The shipped rules: loaded once a process, kept by digest in the database."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from eligibility_rules import RuleSet, load_rules
from service.audit.actor import SYSTEM
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound
from service.foundation.settings import settings
from service.officers.scopes import name_departments_by
from service.programmes.models import RuleSetVersion


@lru_cache(maxsize=1)
def rules() -> RuleSet:
    """Return the set this installation was given, before any approved change.

    It is the shipped one with the county's own figures; `in_force.rules_for` is a month's.
    """
    return load_rules(county=settings().county_rules)


def departments() -> dict[str, str]:
    """Return {programme code: its department's folder}."""
    return {code: one.department.folder for code, one in rules().programmes.items()}


# Officers' duties may count for a department's programmes only.
name_departments_by(departments)


def feeds_of(code: str) -> tuple[str, ...]:
    """Return the codes of the feeds that a programme's rules rest on; raises NotFound."""
    programme = rules().programmes.get(code)
    if programme is None:
        raise NotFound("programme")
    return programme.feeds


def keep_version(session: Session, rule_set: RuleSet | None = None) -> str:
    """Keep a rule set's whole content under its digest, once; return the digest.

    Without one it is the shipped set.
    """
    kept = rules() if rule_set is None else rule_set
    digest = kept.digest
    if session.scalar(select(RuleSetVersion.digest).where(RuleSetVersion.digest == digest)):
        return digest
    fresh = session.scalar(
        insert(RuleSetVersion)
        .values(digest=digest, recorded_at=clock.now(), content=kept.canonical)
        .on_conflict_do_nothing()
        .returning(RuleSetVersion.digest)
    )
    if fresh:
        record(session, "rules.recorded", by=SYSTEM, on=("rule_set_versions", digest))
    return digest
