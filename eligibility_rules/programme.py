"""A programme as its file states it: the law, the conditions, the amount and what surrounds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.errors import RuleFault
from eligibility_rules.evidence import Mark
from eligibility_rules.facts import FactCatalogue, Subject
from eligibility_rules.language.tree import Node
from eligibility_rules.month import Month
from eligibility_rules.parameters import Parameter
from eligibility_rules.proofs import Ask
from eligibility_rules.words import Words

CONDITIONS_MAX = 32
"""One bit each in an unsigned 32-bit mask."""


class Rounding(StrEnum):
    """How the amount becomes payable: to the fen, up to the yuan, half up to the yuan."""

    FEN = "fen"
    YUAN_UP = "yuan_up"
    YUAN_HALF_UP = "yuan_half_up"


class Frequency(StrEnum):
    MONTHLY = "monthly"
    TRIGGERED_MONTHLY = "triggered_monthly"
    ANNUAL = "annual"


class StartRule(StrEnum):
    """From which month on a programme pays; the catalogue's vocabulary."""

    MONTH_AFTER_APPROVAL = "MONTH_AFTER_APPROVAL"
    MONTH_OF_APPLICATION = "MONTH_OF_APPLICATION"
    MONTH_OF_EVENT = "MONTH_OF_EVENT"
    CALENDAR_YEAR = "CALENDAR_YEAR"
    CALENDAR_YEAR_CONFIRMED = "CALENDAR_YEAR_CONFIRMED"
    CAMPAIGN_SNAPSHOT = "CAMPAIGN_SNAPSHOT"
    TRIGGER_MONTH = "TRIGGER_MONTH"


class Effective(StrEnum):
    """When a stop takes effect. NEXT_MONTH and AFTER_DEATH_MONTH pay the event's month."""

    NEXT_MONTH = "NEXT_MONTH"
    AFTER_DEATH_MONTH = "AFTER_DEATH_MONTH"
    THAT_MONTH = "THAT_MONTH"
    IMMEDIATE = "IMMEDIATE"
    NEXT_YEAR = "NEXT_YEAR"
    PRORATE_MONTH = "PRORATE_MONTH"


class ConditionKind(StrEnum):
    """Whether a condition is the rule's own or a gate of application, start or stop."""

    RULE = "rule"
    APPLICATION = "application"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Condition:
    """One named yes-or-no question; its place in `Programme.conditions` is its bit."""

    id: str
    kind: ConditionKind
    expr: str
    tree: Node
    words: Words


@dataclass(frozen=True, slots=True)
class Tier:
    """An amount and when it applies; the first tier that holds counts."""

    expr_when: str
    when: Node
    expr: str
    amount: Node
    words: Words


@dataclass(frozen=True, slots=True)
class Formula:
    """A flat amount or one formula; the tree is money before rounding."""

    expr: str
    tree: Node


@dataclass(frozen=True, slots=True)
class Tiers:
    """Tiers in order; `tree` is the whole amount, the adjustment included."""

    tiers: tuple[Tier, ...]
    adjust: str | None
    tree: Node


@dataclass(frozen=True, slots=True)
class Pool:
    """A sum shared by area: rate = pool ÷ area, rounded down to `rate_decimals` of a yuan."""

    pool: str
    area_total: str
    area: str
    rate_decimals: int


@dataclass(frozen=True, slots=True)
class Amount:
    """How much; `kind` is flat, tiers, formula or pool."""

    kind: str
    rule: Formula | Tiers | Pool
    words: Words
    figures: Mark


@dataclass(frozen=True, slots=True)
class Law:
    title: str
    number: str
    article: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Start:
    """The start rule and the condition that implements it."""

    rule: StartRule
    condition: str
    note: str


@dataclass(frozen=True, slots=True)
class Stop:
    """An event that ends, suspends or changes payment.

    `condition` is the id of the condition that implements it, or empty when no department says the
    fact: then `note` tells what an officer has to do instead.
    """

    event: str
    action: str
    effective: Effective
    condition: str
    note: str


@dataclass(frozen=True, slots=True)
class Stacking:
    with_codes: tuple[str, ...]
    rule: str
    note: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The public notice: where and for how many days; 0 days means nothing is posted first."""

    level: str
    days: int
    note: str


@dataclass(frozen=True, slots=True)
class Department:
    """`folder` is the pinyin name of the folder the programme lies in."""

    folder: str
    words: Words


@dataclass(frozen=True, slots=True)
class Provenance:
    """How far the policy and its figures can be trusted, and the catalogue's source ids."""

    policy: Mark
    figures: Mark
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """One subsidy programme. Amounts are whole fen."""

    code: str
    names: Words
    department: Department
    laws: tuple[Law, ...]
    subject: Subject
    unit: str
    payee: Words
    conditions: tuple[Condition, ...]
    amount: Amount
    rounding: Rounding
    frequency: Frequency
    pay_from_month: int
    start: Start
    application: bool
    stops: tuple[Stop, ...]
    stacking: tuple[Stacking, ...]
    notice: Notice
    approval_chain: tuple[str, ...]
    feeds: tuple[str, ...]
    proofs_replaced: tuple[str, ...]
    forms_replaced: tuple[str, ...]
    asks_for: tuple[Ask, ...]
    sensitive: bool
    back_pay_months: int
    pay_by: str
    evidence: Provenance
    notes: tuple[Words, ...]
    depends_on: tuple[str, ...]
    file: str
    parameters: Mapping[str, Parameter]
    facts: FactCatalogue

    def period(self, month: Month) -> str:
        """The period a payment belongs to: `2026-10`, or `2026` for an annual programme."""
        return f"{month.year:04d}" if self.frequency is Frequency.ANNUAL else str(month)

    def is_payable(self, month: Month) -> bool:
        """Whether the county's calendar lets this programme be paid in the month."""
        return month.number >= self.pay_from_month

    def condition(self, condition_id: str) -> Condition:
        """The condition with this id; raises RuleFault condition_unknown."""
        for condition in self.conditions:
            if condition.id == condition_id:
                return condition
        raise RuleFault("condition_unknown", f"{self.code} has no condition {condition_id}.")
