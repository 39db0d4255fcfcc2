"""Approvers who press at the same moment: one approval counts, the other is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from service.audit.moves import IllegalMove
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.officers.models import Officer
from service.programmes.in_force import rules_for
from service.programmes.models import RuleProposal
from service.programmes.proposals.decide import approve_for_department, approve_for_finance
from service.programmes.proposals.problems import BaseMoved
from tests.factories.officers import OfficerFactory
from tests.factories.proposals import rule_people, shipped, submitted
from tests.foundation.committed import Committed

DIBAO = "parameters/dibao_std.yaml"


def _more(value: str) -> dict[str, str]:
    added = (
        f"  - {{effective: 2026-12-01, value: '{value}', evidence: illustrative, source: 示例}}\n"
    )
    return {DIBAO: shipped(DIBAO) + added}


def _press(barrier: Barrier, officer_id: object, proposal_id: object) -> type[Exception] | None:
    barrier.wait(timeout=60)
    try:
        with transaction() as session:
            officer = session.get_one(Officer, officer_id)
            approve_for_finance(session, session.get_one(RuleProposal, proposal_id), by=officer)
    except Problem as problem:
        return type(problem)
    return None


def test_one_proposal_is_approved_once(committed: Committed) -> None:
    with committed.transaction() as session:
        people = rule_people()
        proposal = submitted(session, people)
        approve_for_department(session, proposal, by=people.department)
        signers = [people.finance.id, *(OfficerFactory.create(duties=["signer"]).id for _ in "abc")]
        proposal_id = proposal.id
    barrier = Barrier(len(signers))
    with ThreadPoolExecutor(len(signers)) as pool:
        found = list(pool.map(lambda one: _press(barrier, one, proposal_id), signers))
    assert found.count(None) == 1
    assert {one for one in found if one} == {IllegalMove}


def test_of_two_that_change_the_same_rules_at_once_the_second_must_be_checked_anew(
    committed: Committed,
) -> None:
    with committed.transaction() as session:
        people = rule_people()
        made = [submitted(session, people), submitted(session, people, _more("1180"))]
        for proposal in made:
            approve_for_department(session, proposal, by=people.department)
        finance, ids = people.finance.id, [proposal.id for proposal in made]
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: _press(barrier, finance, one), ids))
    assert sorted(one is None for one in found) == [False, True]
    assert BaseMoved in found
    with transaction() as session:
        approved = session.get_one(RuleProposal, ids[found.index(None)])
        assert rules_for(session, "2027-01").digest == approved.proposed_digest
