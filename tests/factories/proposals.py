"""Proposals of rule changes, and the three people each of them needs.

Made in the session that :func:`tests.factories.residents.use` was given.
"""

from dataclasses import dataclass

import factory
from sqlalchemy.orm import Session

from eligibility_rules.load import HOME
from service.assessment.preview.make import make
from service.batches.switches.models import ControlSwitch
from service.foundation import clock, ids
from service.officers.models import Officer
from service.programmes.models import RuleProposal
from service.programmes.proposals.decide import (
    approve_for_department,
    approve_for_finance,
    submit,
)
from service.programmes.proposals.queries import newest_snapshot
from service.programmes.proposals.write import Written, write
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made

STANDARD = "programmes/minzheng/MZ15.yaml"
CASES = "cases/MZ15.yaml"


@dataclass(frozen=True)
class RulePeople:
    """Who writes, who approves for the department, who for finance."""

    author: Officer
    department: Officer
    finance: Officer


def rule_people() -> RulePeople:
    return RulePeople(
        author=OfficerFactory.create(duties=["policy"]),
        department=OfficerFactory.create(duties=["reviewer"]),
        finance=OfficerFactory.create(duties=["signer"]),
    )


def shipped(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def raised_allowance(yuan: int = 80) -> dict[str, str]:
    """The old-age allowance from 80 to 89 at another amount, with its cases."""
    cases = shipped(CASES).replace("amount: '60'", f"amount: '{yuan}'")
    rule = shipped(STANDARD).replace("yuan(60)", f"yuan({yuan})")
    assert rule != shipped(STANDARD)
    return {STANDARD: rule, CASES: cases}


def written(
    texts: dict[str, str] | None = None, *, month: str = "2027-01", title: str = "提高高龄津贴"
) -> Written:
    return Written(
        title=title,
        law="示例〔2026〕1号 第二条",
        evidence="illustrative: 示例",
        reason="按文件提高标准",
        effective_month=month,
        texts=raised_allowance() if texts is None else texts,
    )


def drafted(
    session: Session,
    people: RulePeople,
    texts: dict[str, str] | None = None,
    month: str = "2027-01",
) -> RuleProposal:
    return write(session, written(texts, month=month), by=people.author)


def submitted(
    session: Session,
    people: RulePeople,
    texts: dict[str, str] | None = None,
    month: str = "2027-01",
) -> RuleProposal:
    """A proposal handed in, its effects counted if there is a snapshot."""
    proposal = drafted(session, people, texts, month)
    submit(session, proposal, by=people.author)
    snapshot = newest_snapshot(session)
    if snapshot is not None:
        make(session, proposal, snapshot)
    return proposal


def approved(
    session: Session,
    people: RulePeople,
    texts: dict[str, str] | None = None,
    month: str = "2027-01",
) -> RuleProposal:
    """A proposal approved by the department and by finance."""
    proposal = submitted(session, people, texts, month)
    approve_for_department(session, proposal, by=people.department)
    approve_for_finance(session, proposal, by=people.finance)
    return proposal


class RuleProposalFactory(_Made):
    """A draft's row that both approvals would fit; its texts do not exist."""

    class Meta:
        model = RuleProposal

    id = factory.LazyFunction(ids.uuid7)
    state = "draft"
    title = "示例"
    law = "示例〔2026〕1号"
    evidence = "illustrative"
    reason = "示例"
    effective_month = "2027-01"
    base_digest = "a" * 64
    proposed_digest = "b" * 64
    written_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["policy"]).id)
    written_at = factory.LazyFunction(clock.now)
    department_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["reviewer"]).id)
    finance_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["signer"]).id)


class ControlSwitchFactory(_Made):
    """A request to switch a control off, and who would confirm it."""

    class Meta:
        model = ControlSwitch

    id = factory.LazyFunction(ids.uuid7)
    state = "asked"
    control = "account_unverified"
    programme = ""
    from_month = "2026-10"
    to_month = "2026-12"
    reason = "银行核验系统升级停机"
    asked_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["policy"]).id)
    asked_at = factory.LazyFunction(clock.now)
    confirmed_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["signer"]).id)
