"""Several made programmes over a few months: decided from facts, listed, paid, and mended together.

Decisions are those of the reference interpreter, so their masks and amounts are what the rules say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Outcome, RuleSet, evaluate
from eligibility_rules.language.kinds import Value
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches import build as building
from service.batches.mending.mend import mend
from service.batches.models import MonthRun, Payment
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.receive import receive
from service.batches.recoveries.standing import ITEMS, standing
from service.foundation import clock
from service.foundation.months import Month
from service.programmes.catalogue import rules
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.batches import channel
from tests.factories.mending import MAKER, Months
from tests.factories.officers import OfficerFactory

NOW = Month(2026, 10)
Subject = tuple[str, int]


@contextmanager
def in_force(rule_set: RuleSet) -> Iterator[RuleSet]:
    """Let a made set be the one this installation was given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.programmes.catalogue.load_rules", lambda **_: rule_set)
        rules.cache_clear()
        yield rule_set
    rules.cache_clear()


@dataclass
class Stack:
    """Programmes, and the facts about each subject and month as they are known now."""

    session: Session
    rule_set: RuleSet
    codes: Sequence[str]
    facts: dict[tuple[str, int, str], dict[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        channel("rural")

    def knows(self, who: Subject, *months: str, **facts: Value) -> None:
        """Let facts be known of a subject in some months, by column: ``sa__tekun=True``."""
        for month in months:
            known = self.facts.setdefault((*who, month), {"p__birth": date(1940, 1, 1)})
            known |= facts

    def said(self, who: Subject, month: str) -> dict[str, int]:
        """Return by programme the fen that are due by what is known now; 0 if not."""
        found = {}
        for code in self.codes:
            if self.rule_set.programme(code).subject.value == who[0]:
                one = evaluate(
                    self.rule_set, code, self.facts[(*who, month)], RuleMonth.parse(month)
                )
                assert one.outcome is not Outcome.UNKNOWN
                found[code] = one.amount_fen or 0
        return found

    def assess(self, month: str) -> Assessment:
        """Decide every programme of a month by what is known now."""
        assessment: Assessment = AssessmentFactory.create(month=month)
        for (kind, subject_id, then), facts in self.facts.items():
            for code in self.codes if then == month else ():
                programme = self.rule_set.programme(code)
                if programme.subject.value != kind:
                    continue
                when = RuleMonth.parse(month)
                found = evaluate(self.rule_set, code, facts, when)
                DecisionFactory.create(
                    assessment=assessment, programme=code, period=programme.period(when),
                    subject_kind=kind, subject_id=subject_id,
                    payee_person_id=subject_id if kind == "person" else None,
                    outcome="due" if found.amount_fen else "not_due",
                    amount_fen=found.amount_fen or None,
                    held_mask=found.held, unknown_mask=found.unknown,
                )  # fmt: skip
        return assessment

    def run(self, *months: str) -> None:
        """Build and pay the lists of some months, as the button does."""
        for month in months:
            assessment = self.assess(month)
            self.session.add(
                MonthRun(
                    month=month, programmes=list(self.codes), requested_by="test",
                    requested_at=clock.now(), finished_at=clock.now(), stage="built",
                    assessment_id=assessment.id,
                )
            )  # fmt: skip
            for code in self.codes:
                building.build(self.session, assessment, code, by=SYSTEM)
            self.pay()

    def pay(self) -> None:
        """Let the bank pay every line that is ready."""
        for code in self.codes:
            Months(self.session, programme=code).pay()

    def pay_back(self, who: Subject) -> None:
        """Let everything that is asked of a subject come back."""
        cases = select(RecoveryCase).where(RecoveryCase.subject_id == who[1])
        for case in self.session.scalars(cases).all():
            left_fen = standing(self.session, case.id).left_fen
            if left_fen:
                receive(
                    self.session, case, amount_fen=left_fen, on=clock.today(),
                    reference=f"test {case.number}", by=OfficerFactory.create(duties=["reconciler"]),
                )  # fmt: skip

    def mend(self, *months: str, order: Iterable[str] = (), now: Month = NOW) -> int:
        """Look back at months as they are known now; return how many batches and cases that made."""
        past = [self.assess(month) for month in months]
        made = 0
        for code in order or self.codes:
            found = mend(self.session, code, now, past, by=MAKER)
            made += (found.batch is not None) + found.cases
        return made

    def stands(self, who: Subject, month: str) -> dict[str, int]:
        """Return by programme what was listed for a month, without what is asked or came back."""
        then = RuleMonth.parse(month)
        found: dict[str, int] = {}
        listed = select(Payment).where(
            Payment.subject_kind == who[0], Payment.subject_id == who[1],
            Payment.state != "reissued",
        )  # fmt: skip
        for line in self.session.scalars(listed):
            if line.period == self.rule_set.programme(line.programme).period(then):
                found[line.programme] = found.get(line.programme, 0) + line.amount_fen
        for code, fen in self.asked(who, month).items():
            found[code] -= fen
        return {code: fen for code, fen in found.items() if fen}

    def asked(self, who: Subject, month: str) -> Mapping[str, int]:
        """Return by programme what is asked back for a month, or came back."""
        then = RuleMonth.parse(month)
        rows = self.session.execute(
            text(
                f"SELECT c.programme, q.period, sum(q.asked_fen) AS fen FROM ({ITEMS}) q "
                "JOIN recovery_cases c ON c.id = q.case_id "
                "WHERE q.subject_kind = :kind AND q.subject_id = :id "
                "AND q.state NOT IN ('withdrawn', 'written_off') GROUP BY 1, 2"
            ),
            {"kind": who[0], "id": who[1]},
        )
        return {
            row.programme: int(row.fen)
            for row in rows
            if row.fen and row.period == self.rule_set.programme(row.programme).period(then)
        }

    def links(self) -> list[tuple[str, str, str]]:
        """Return (programme, period, the month of the line mended) of everything asked back."""
        rows = self.session.execute(
            text(
                "SELECT c.programme, i.period, p.period AS mended FROM recovery_items i "
                "JOIN recovery_cases c ON c.id = i.case_id JOIN payments p ON p.id = i.mends_id "
                "AND p.programme = c.programme AND p.subject_id = c.subject_id ORDER BY 1, 2"
            )
        )
        return [(row.programme, row.period, row.mended) for row in rows]

    def cases(self) -> int:
        """Return how many cases there are."""
        return len(self.session.scalars(select(RecoveryCase)).all())
