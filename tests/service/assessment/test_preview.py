"""What a preview counts is what the reference interpreter says of everybody, before and after."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eligibility_rules import Month, RuleSet, evaluate
from service.assessment.assess import assess
from service.assessment.preview.make import make, preview
from service.audit.actor import SYSTEM
from service.programmes.in_force import rules_for
from service.programmes.models import RulePreview, RuleProposal
from service.programmes.proposals.check import check
from service.programmes.proposals.decide import approve_for_department, submit
from service.programmes.proposals.problems import PreviewWaiting
from service.residents.models import Snapshot
from service.residents.snapshot import read_table
from tests.factories.proposals import (
    CASES,
    STANDARD,
    RulePeople,
    approved,
    drafted,
    raised_allowance,
    rule_people,
    shipped,
    submitted,
)
from tests.service.residents.snapshot.county import County


@pytest.fixture
def people(county: County) -> RulePeople:
    return rule_people()


def _populate(county: County) -> None:
    for number in range(60):
        month, day = 1 + number % 12, 1 + number % 28
        birth = f"19{26 + number % 30:02d}-{month:02d}-{day:02d}"
        division = f"3305231{number % 3:02d}200"
        county.person(birth=birth if number % 9 else None, division=division)


def _younger() -> dict[str, str]:
    """From 75 on 50 yuan, from 80 on 55 instead of 60: some join, some get less."""
    rule = shipped(STANDARD).replace("80 <= p.age_m < 100", "75 <= p.age_m < 100")
    rule = rule.replace("expr: p.age_m >= 80", "expr: p.age_m >= 75")
    rule = rule.replace(
        "    - {when: 80 <= p.age_m < 90, amount: yuan(60)",
        "    - {when: 75 <= p.age_m < 80, amount: yuan(50), zh: 75至79周岁, en: aged 75 to 79}\n"
        "    - {when: 80 <= p.age_m < 90, amount: yuan(55)",
    )
    cases = shipped(CASES).replace("amount: '60'", "amount: '55'")
    young = [line for line in cases.splitlines() if "turns 80" not in line]
    return {STANDARD: rule, CASES: "\n".join(line for line in young if "the 80th" not in line)}


def _by_hand(snapshot: Snapshot, base: RuleSet, proposed: RuleSet, month: Month) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    townships: dict[str, Counter[str]] = {}
    for row in read_table(snapshot, "person").to_table().to_pylist():
        was = evaluate(base, "MZ15", row, month)
        becomes = evaluate(proposed, "MZ15", row, month)
        before, after = was.amount_fen or 0, becomes.amount_fen or 0
        names = was.outcome.name, becomes.outcome.name
        kind = {
            ("DUE", "DUE"): "raised"
            if after > before
            else "lowered"
            if after < before
            else "unchanged",
            ("NOT_DUE", "DUE"): "joins",
            ("UNKNOWN", "DUE"): "joins",
            ("DUE", "NOT_DUE"): "leaves",
            ("DUE", "UNKNOWN"): "becomes_unknown",
            ("NOT_DUE", "UNKNOWN"): "becomes_unknown",
            ("UNKNOWN", "NOT_DUE"): "becomes_not_due",
        }.get(names)
        kinds[str(kind)] += 1
        totals["before_fen"] += before
        totals["after_fen"] += after
        here = townships.setdefault(f"{row['division'][:9]}000", Counter())
        here["before_fen"] += before
        here["after_fen"] += after
    return {"kinds": kinds, "totals": totals, "townships": townships}


def test_the_figures_are_those_of_the_interpreter(
    county: County, session: Session, people: RulePeople
) -> None:
    _populate(county)
    snapshot = county.freeze()
    proposal = submitted(session, people, _younger())
    kept = make(session, proposal, snapshot)
    assert kept is not None
    found = kept.figures["programmes"]["MZ15"]
    base = rules_for(session, "2027-01")
    proposed = check(session, _younger(), "2027-01").proposed
    by_hand = _by_hand(snapshot, base, proposed, Month(2027, 1))
    for kind in ("joins", "leaves", "raised", "lowered", "unchanged", "becomes_unknown"):
        assert found[kind] == by_hand["kinds"][kind], kind
    assert found["joins"] > 0
    assert found["lowered"] > 0
    for total in ("before_fen", "after_fen"):
        assert found[total] == by_hand["totals"][total]
        by_township = {
            code: sums[total] for code, sums in by_hand["townships"].items() if sums[total]
        }
        assert {
            code: kept[total] for code, kept in found["townships"].items() if kept[total]
        } == by_township
    for part in ("townships", "bands"):
        for total in ("before_fen", "after_fen"):
            assert sum(one[total] for one in found[part].values()) == found[total]
        assert sum(one["joins"] for one in found[part].values()) == found["joins"]
    assert set(found["bands"]) <= {"", "70", "80", "90"}  # Nobody else is due this allowance.
    for kind, sums in found["money"].items():
        assert sums["subjects"] == found[kind] == by_hand["kinds"][kind]
    assert sum(sums["after_fen"] for sums in found["money"].values()) == found["after_fen"]
    biggest = [abs(one["after_fen"] - one["before_fen"]) for one in found["biggest"]]
    assert biggest == sorted(biggest, reverse=True)
    assert len(biggest) == 10
    assert kept.figures["snapshot_digest"] == snapshot.digest
    changed = sum(bucket["count"] for bucket in found["buckets"])
    assert changed == found["joins"] + found["leaves"] + found["raised"] + found["lowered"]
    assert found["due_before"] == found["leaves"] + found["lowered"] + found["unchanged"]
    assert len(found["sample"]["joins"]) == min(10, found["joins"])


def test_what_asks_about_a_changed_programme_is_counted_too(
    county: County, session: Session, people: RulePeople
) -> None:
    _populate(county)
    county.freeze()
    found = check(session, _younger(), "2027-01")
    asking = {code for code, one in found.proposed.programmes.items() if "MZ15" in one.depends_on}
    assert asking | {"MZ15"} <= set(found.changed)
    assert "NY01" not in found.changed


def test_nobody_approves_what_was_not_counted_yet(
    county: County, session: Session, people: RulePeople
) -> None:
    county.person(birth="1940-01-01")
    snapshot = county.freeze()
    proposal = drafted(session, people)
    submit(session, proposal, by=people.author)
    with pytest.raises(PreviewWaiting):
        approve_for_department(session, proposal, by=people.department)
    preview(session, str(proposal.id), str(snapshot.id))
    approve_for_department(session, proposal, by=people.department)
    assert proposal.state == "approved_by_department"


def test_counted_twice_it_is_kept_once_and_of_a_moved_base_nothing(
    county: County, session: Session, people: RulePeople
) -> None:
    county.person(birth="1940-01-01")
    snapshot = county.freeze()
    dibao = "parameters/dibao_std.yaml"
    more = (
        shipped(dibao)
        + "  - {effective: 2026-12-01, value: '1180', evidence: illustrative, source: 示例}\n"
    )
    waiting = submitted(session, people, {dibao: more})
    assert make(session, waiting, snapshot) is make(session, waiting, snapshot)
    approved(session, people)
    assert make(session, waiting, snapshot) is None
    assert session.query(RulePreview).count() == 2


def test_decisions_after_the_effective_month_carry_its_digest_and_earlier_ones_theirs(
    county: County, session: Session, people: RulePeople, data_dir: Path
) -> None:
    county.person(birth="1940-01-01")
    november = assess(session, county.freeze("2026-11"), by=SYSTEM)
    proposal = approved(session, people, month="2026-12")
    december = assess(session, county.freeze("2026-12"), by=SYSTEM)
    assert november.rule_digest != december.rule_digest == proposal.proposed_digest
    assert session.get_one(RuleProposal, proposal.id).state == "in_force"
    assert november.counts["MZ15"]["amount_fen"] == 6_000
    assert december.counts["MZ15"]["amount_fen"] == 8_000
    again = assess(session, session.get_one(Snapshot, november.snapshot_id), by=SYSTEM)
    assert again.id == november.id


def test_a_change_for_a_month_gone_by_is_decided_anew_beside_the_old(
    county: County, session: Session, people: RulePeople
) -> None:
    county.person(birth="1940-01-01")
    snapshot = county.freeze("2026-11")
    before = assess(session, snapshot, by=SYSTEM)
    approved(session, people, raised_allowance(), month="2026-07")
    after = assess(session, snapshot, by=SYSTEM)
    assert before.id != after.id
    assert after.counts["MZ15"]["amount_fen"] - before.counts["MZ15"]["amount_fen"] == 2_000
