"""A change of rules needs its law, its cases and three people, and then counts from its month on."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.foundation.months import BadMonth
from service.officers.may import NotAllowed
from service.programmes.catalogue import keep_version, rules
from service.programmes.in_force import begin, load_with, rules_for
from service.programmes.models import RuleProposal
from service.programmes.proposals.check import changed_codes
from service.programmes.proposals.decide import (
    approve_for_department,
    approve_for_finance,
    send_back,
    submit,
    withdraw,
)
from service.programmes.proposals.problems import (
    AnotherOfficerNeeded,
    BaseMoved,
    CasesFail,
    CountsAsPublished,
    LaterChange,
    NotAFileOfRules,
    NothingChanges,
    NotTheAuthor,
    ProposalIncomplete,
    RulesFaulty,
)
from service.programmes.proposals.write import Written, rewrite, write
from service.programmes.versions import load_version
from tests.factories.officers import OfficerFactory
from tests.factories.proposals import (
    CASES,
    STANDARD,
    RulePeople,
    approved,
    drafted,
    raised_allowance,
    shipped,
    submitted,
    written,
)

DIBAO = "parameters/dibao_std.yaml"


def _acts(session: Session, proposal: RuleProposal) -> list[str]:
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_id == str(proposal.id))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return [entry.act for entry in entries]


def test_without_a_proposal_the_rules_are_the_shipped_ones(session: Session) -> None:
    assert rules_for(session, "2027-01") is rules()
    assert keep_version(session) == rules().digest


def test_a_change_counts_from_its_month_on_and_earlier_months_keep_theirs(
    session: Session, people: RulePeople
) -> None:
    """Situation 46: a wrong standard is a new version; months paid are never silently redone."""
    proposal = approved(session, people)
    assert rules_for(session, "2026-12").digest == rules().digest
    assert rules_for(session, "2027-01").digest == proposal.proposed_digest
    assert rules_for(session, "2030-06").digest == proposal.proposed_digest != rules().digest
    begin(session, "2026-12")
    assert proposal.state == "approved"
    begin(session, "2027-02")
    assert proposal.state == "in_force"
    assert _acts(session, proposal) == [
        "rules.proposed",
        "rules.submitted",
        "rules.approved_by_department",
        "rules.approved_by_finance",
        "rules.in_force",
    ]


def test_the_set_in_force_is_kept_whole_and_found_by_its_digest(
    session: Session, people: RulePeople
) -> None:
    approved(session, people)
    digest = keep_version(session, rules_for(session, "2027-01"))
    kept = load_version(session, digest)
    assert kept.digest == digest
    assert kept.programmes["MZ15"] == rules_for(session, "2027-01").programmes["MZ15"]


def test_before_both_approvals_nothing_changes(session: Session, people: RulePeople) -> None:
    proposal = submitted(session, people)
    assert rules_for(session, "2027-01") is rules()
    approve_for_department(session, proposal, by=people.department)
    assert rules_for(session, "2027-01") is rules()


def test_nobody_approves_his_own_and_nobody_twice(session: Session, people: RulePeople) -> None:
    proposal = submitted(session, people)
    everything = OfficerFactory.create(duties=["reviewer", "policy"])
    mine = write(session, written(title="另一项"), by=everything)
    submit(session, mine, by=everything)
    with pytest.raises(AnotherOfficerNeeded):
        approve_for_department(session, mine, by=everything)
    both = OfficerFactory.create(duties=["reviewer", "signer"])
    approve_for_department(session, proposal, by=both)
    with pytest.raises(AnotherOfficerNeeded):
        approve_for_finance(session, proposal, by=both)
    approve_for_finance(session, proposal, by=people.finance)


@pytest.mark.parametrize("duty", ["maker", "signer", "reconciler", "steward", "auditor", "policy"])
def test_only_the_right_duty_approves(session: Session, people: RulePeople, duty: str) -> None:
    proposal = submitted(session, people)
    other = OfficerFactory.create(duties=[duty])
    with pytest.raises(NotAllowed):
        approve_for_department(session, proposal, by=other)
    if duty != "signer":
        with pytest.raises(NotAllowed):
            approve_for_finance(session, proposal, by=other)
    if duty != "policy":
        with pytest.raises(NotAllowed):
            write(session, written(), by=other)


def test_finance_does_not_come_before_the_department(session: Session, people: RulePeople) -> None:
    proposal = submitted(session, people)
    with pytest.raises(IllegalMove):
        approve_for_finance(session, proposal, by=people.finance)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_proposals SET department_by = written_by, state = 'approved_by_department'",
        "UPDATE rule_proposals SET state = 'approved_by_department'",
        "UPDATE rule_proposals SET state = 'approved'",
        "UPDATE rule_proposals SET state = 'in_force'",
        "UPDATE rule_proposals SET effective_month = '2026-01'",
        "UPDATE rule_proposals SET proposed_digest = 'x'",
        "UPDATE rule_proposal_files SET after = 'x'",
        "DELETE FROM rule_proposal_files",
        "INSERT INTO rule_proposal_files SELECT id, 'parameters/x.yaml', NULL, 'x' FROM rule_proposals",
        "DELETE FROM rule_proposals",
    ],
)
def test_the_database_refuses_what_skips_a_person_or_edits_what_was_handed_in(
    session: Session, people: RulePeople, statement: str
) -> None:
    submitted(session, people)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))


def test_the_database_refuses_that_the_department_approves_for_finance_too(
    session: Session, people: RulePeople
) -> None:
    proposal = submitted(session, people)
    approve_for_department(session, proposal, by=people.department)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text("UPDATE rule_proposals SET state = 'approved', finance_by = department_by")
        )


def test_sent_back_it_loses_its_approval_and_comes_again(
    session: Session, people: RulePeople
) -> None:
    proposal = submitted(session, people)
    approve_for_department(session, proposal, by=people.department)
    with pytest.raises(ProposalIncomplete):
        send_back(session, proposal, by=people.finance, reason=" ")
    send_back(session, proposal, by=people.finance, reason="依据文号有误")
    assert (proposal.state, proposal.department_by) == ("returned", None)
    rewrite(session, proposal, written(title="更正"), by=people.author)
    submit(session, proposal, by=people.author)
    approve_for_department(session, proposal, by=people.department)
    approve_for_finance(session, proposal, by=people.finance)
    assert proposal.title == "更正"


def test_only_the_author_edits_submits_and_withdraws(session: Session, people: RulePeople) -> None:
    proposal = drafted(session, people)
    other = OfficerFactory.create(duties=["policy"])
    with pytest.raises(NotTheAuthor):
        submit(session, proposal, by=other)
    with pytest.raises(NotTheAuthor):
        withdraw(session, proposal, by=other, reason="x")
    with pytest.raises(NotTheAuthor):
        rewrite(session, proposal, written(), by=other)
    withdraw(session, proposal, by=people.author, reason="不再需要")
    assert proposal.state == "withdrawn"


def test_an_approved_change_can_be_withdrawn_until_a_month_was_decided_under_it(
    session: Session, people: RulePeople
) -> None:
    proposal = approved(session, people)
    withdraw(session, proposal, by=people.author, reason="文件废止")
    assert rules_for(session, "2027-01") is rules()
    again = approved(session, people)
    begin(session, "2027-01")
    with pytest.raises(IllegalMove):
        withdraw(session, again, by=people.author, reason="太晚")


def test_when_the_rules_move_meanwhile_the_second_is_refused_until_it_is_checked_anew(
    session: Session, people: RulePeople
) -> None:
    second = submitted(session, people, {DIBAO: _dibao("1180")})
    approve_for_department(session, second, by=people.department)
    approved(session, people)
    with pytest.raises(BaseMoved):
        approve_for_finance(session, second, by=people.finance)
    send_back(session, second, by=people.finance, reason="规则已变更")
    submit(session, second, by=people.author)
    approve_for_department(session, second, by=people.department)
    approve_for_finance(session, second, by=people.finance)
    both = rules_for(session, "2027-01")
    assert both.digest == second.proposed_digest
    assert both.parameters["dibao_std"].history[-1].value == 118_000


def test_what_a_later_change_would_undo_is_refused(session: Session, people: RulePeople) -> None:
    approved(session, people, month="2027-06")
    with pytest.raises(LaterChange, match="2027-06"):
        drafted(session, people, raised_allowance(90), month="2027-01")
    later = approved(session, people, raised_allowance(90), month="2027-09")
    assert rules_for(session, "2027-06").digest != rules_for(session, "2027-09").digest
    assert rules_for(session, "2027-09").digest == later.proposed_digest


def _dibao(value: str) -> str:
    added = (
        f"  - {{effective: 2026-12-01, value: '{value}', evidence: illustrative, source: 示例}}\n"
    )
    return shipped(DIBAO).rstrip("\n") + "\n" + added


def test_a_fault_is_named_with_file_line_and_sentence(session: Session, people: RulePeople) -> None:
    texts = {STANDARD: shipped(STANDARD).replace("yuan(60)", "yuan(60) + days(1)")}
    with pytest.raises(RulesFaulty) as refused:
        drafted(session, people, texts)
    assert refused.value.members["faults"][0].startswith(f"{STANDARD}:")


@pytest.mark.parametrize("day", ["2024-01-01", "2026-09-01"])
def test_a_price_index_revised_after_it_was_paid_on_changes_nothing(
    session: Session, people: RulePeople, day: str
) -> None:
    """Situation 51: CPI revised after payment; nothing is asked back."""
    name = "parameters/cpi_yoy.yaml"
    revised = f"  - {{effective: {day}, value: '9.9', evidence: illustrative, source: 示例}}\n"
    text = shipped(name)
    changed = (
        text.replace("value: '0.3'", "value: '0.4'")
        if day == "2024-01-01"
        else f"{text.rstrip()}\n{revised}"
    )
    assert changed != text
    with pytest.raises(CountsAsPublished) as refused:
        drafted(session, people, {name: changed})
    assert refused.value.members == {"parameter": "cpi_yoy"}


def test_a_case_that_comes_out_otherwise_must_be_proposed_too(
    session: Session, people: RulePeople
) -> None:
    with pytest.raises(CasesFail) as refused:
        drafted(session, people, {STANDARD: raised_allowance()[STANDARD]})
    assert "cases/MZ15.yaml:" in str(refused.value)
    assert "60.00 → due 80.00" in str(refused.value)


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({}, NothingChanges),
        ({STANDARD: shipped(STANDARD)}, NothingChanges),
        ({"facts.yaml": "facts: {}\n"}, NotAFileOfRules),
        ({"programmes/../../x.yaml": "a: b\n"}, NotAFileOfRules),
        ({"parameters/new.yaml": "zh: 新\n"}, RulesFaulty),
        ({"cases/ZZ99.yaml": "given: {}\ncases: []\n"}, RulesFaulty),
    ],
)
def test_what_is_no_change_or_no_rule_file_is_refused(
    session: Session, people: RulePeople, texts: dict[str, str], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        drafted(session, people, texts)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"law": " "}, ProposalIncomplete),
        ({"reason": ""}, ProposalIncomplete),
        ({"title": "长" * 2_001}, ProposalIncomplete),
        ({"evidence": "hearsay"}, ProposalIncomplete),
        ({"effective_month": "2027-13"}, BadMonth),
    ],
)
def test_law_reason_mark_and_month_are_asked_for(
    session: Session, people: RulePeople, said: dict[str, Any], problem: type[Exception]
) -> None:
    full = vars(written()) | said
    with pytest.raises(problem):
        write(session, Written(**full), by=people.author)


def test_a_case_alone_can_be_proposed_and_changes_no_digest(
    session: Session, people: RulePeople
) -> None:
    more = shipped(CASES) + (
        "  - {zh: 89周岁, en: aged 89, month: 2026-10, facts: {p.birth: 1937-06-01}, "
        "outcome: due, amount: '60'}\n"
    )
    proposal = approved(session, people, {CASES: more})
    assert rules_for(session, "2027-01").digest == rules().digest == proposal.proposed_digest


def test_rivals_of_a_changed_programme_are_changed_with_it() -> None:
    name = "programmes/weijian/WJ10.yaml"
    text = shipped(name)
    raised = load_with({name: text.replace("notice: {level:", "notice: {note: 试, level:", 1)})
    assert raised.digest != rules().digest
    assert set(changed_codes(rules(), raised)) >= {"WJ10", "JY08", "WH01"}
