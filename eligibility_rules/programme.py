"""A programme as its file states it: the law, the conditions, the amount and what surrounds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.errors import RuleFault
from eligibility_rules.evidence import Mark
from eligibility_rules.facts import FactCatalogue, Subject
from eligibility_rules.language.tree import FactRef, Node, walk
from eligibility_rules.month import Month
from eligibility_rules.notice import Notice
from eligibility_rules.parameters import Parameter
from eligibility_rules.periods import Frequency, period_text, place_in_period
from eligibility_rules.proofs import Ask
from eligibility_rules.words import Words

CONDITIONS_MAX = 32
"""One bit each in an unsigned 32-bit mask."""


class Rounding(StrEnum):
    """How the amount becomes payable: to the fen, up to the yuan, half up to the yuan."""

    FEN = "fen"
    YUAN_UP = "yuan_up"
    YUAN_HALF_UP = "yuan_half_up"


class Channel(StrEnum):
    """How the money arrives: on the card, set off in a bill, or paid elsewhere and only shown."""

    CARD = "card"
    SETTLEMENT = "settlement"
    VIEW = "view"


class StartRule(StrEnum):
    """From which month on a programme pays; the catalogue's vocabulary."""

    MONTH_AFTER_APPROVAL = "MONTH_AFTER_APPROVAL"
    MONTH_OF_APPROVAL = "MONTH_OF_APPROVAL"
    MONTH_OF_APPLICATION = "MONTH_OF_APPLICATION"
    MONTH_OF_EVENT = "MONTH_OF_EVENT"
    MONTH_AFTER_EVENT = "MONTH_AFTER_EVENT"
    MONTH_AFTER_ASSESSMENT = "MONTH_AFTER_ASSESSMENT"
    MONTH_AFTER_STATUS = "MONTH_AFTER_STATUS"
    CALENDAR_YEAR = "CALENDAR_YEAR"
    CALENDAR_YEAR_CONFIRMED = "CALENDAR_YEAR_CONFIRMED"
    SEMESTER = "SEMESTER"
    SCHOOL_YEAR = "SCHOOL_YEAR"
    CAMPAIGN = "CAMPAIGN"
    CAMPAIGN_SNAPSHOT = "CAMPAIGN_SNAPSHOT"
    SEASON = "SEASON"
    PERIOD = "PERIOD"
    PRIOR_YEAR = "PRIOR_YEAR"
    PRIOR_QUARTER = "PRIOR_QUARTER"
    SERVICE_PERIOD = "SERVICE_PERIOD"
    ON_APPROVAL = "ON_APPROVAL"
    ON_ACCEPTANCE = "ON_ACCEPTANCE"
    ON_EVENT = "ON_EVENT"
    ON_NOTICE = "ON_NOTICE"
    ON_SETTLEMENT = "ON_SETTLEMENT"
    ASSESSMENT_YEAR = "ASSESSMENT_YEAR"
    ENROLMENT_PERIOD = "ENROLMENT_PERIOD"
    TRIGGER_MONTH = "TRIGGER_MONTH"


class Effective(StrEnum):
    """When a stop takes effect. NEXT_MONTH and AFTER_DEATH_MONTH pay the event's month."""

    NEXT_MONTH = "NEXT_MONTH"
    AFTER_DEATH_MONTH = "AFTER_DEATH_MONTH"
    THAT_MONTH = "THAT_MONTH"
    THAT_DAY = "THAT_DAY"
    IMMEDIATE = "IMMEDIATE"
    NEXT_YEAR = "NEXT_YEAR"
    NEXT_JANUARY = "NEXT_JANUARY"
    NEXT_SEMESTER = "NEXT_SEMESTER"
    NEXT_SCHOOL_YEAR = "NEXT_SCHOOL_YEAR"
    PRORATE_MONTH = "PRORATE_MONTH"


class Action(StrEnum):
    """What a stop event does; a file may say more after a colon, such as `switch:MZ16`."""

    STOP = "stop"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    CANCEL_YEAR = "cancel_year"
    SWITCH = "switch"
    REPRICE = "reprice"
    PRORATE = "prorate"
    REDUCE_AREA = "reduce_area"
    REDUCE_MEMBER = "reduce_member"
    TRANSFER = "transfer"
    CHANGE_PAYEE = "change_payee"
    CLAWBACK = "clawback"
    BAN_3_YEARS = "ban_3_years"
    STOP_UNLESS = "stop_unless"
    STOP_THEN_FUNERAL = "stop_then_funeral"
    STOP_WITH_6_MONTHS_LUMP = "stop_with_6_months_lump"
    PAY_CURRENT_YEAR_IF_CONFIRMED = "pay_current_year_if_confirmed"


class Together(StrEnum):
    """How a programme gets on with others; the catalogue's vocabulary."""

    EXCLUSIVE = "exclusive"
    PICK_ONE = "pick_one"
    PICK_HIGHEST = "pick_highest"
    CHOOSE_ONE = "choose_one"
    STACK_OK = "stack_ok"
    OFFSET = "offset"
    CAP_SUM = "cap_sum"
    REDUCED_RATE = "reduced_rate"
    AFFECTS_AMOUNT = "affects_amount"
    DEDUP_BY_PERSON = "dedup_by_person"
    NOT_COUNTED_AS_INCOME = "not_counted_as_income"
    COUNTED_AS_INCOME = "counted_as_income"
    PER_COUNTY = "per_county"
    ALLOWED_CHECK = "allowed_check"
    EXCLUSIVE_SAME_THING = "exclusive_same_thing"


ONLY_SAID = frozenset({
    Together.STACK_OK, Together.NOT_COUNTED_AS_INCOME, Together.COUNTED_AS_INCOME, Together.PER_COUNTY,
    Together.ALLOWED_CHECK,
})  # fmt: skip
"""What forbids nothing; every other rule must say what holds it."""


class ConditionKind(StrEnum):
    """Whether a condition is the rule's own or a gate of application, start, stop or stacking."""

    RULE = "rule"
    APPLICATION = "application"
    START = "start"
    STOP = "stop"
    STACKING = "stacking"


@dataclass(frozen=True, slots=True)
class Condition:
    """One named yes-or-no question; its place in `Programme.conditions` is its bit."""

    id: str
    kind: ConditionKind
    expr: str
    tree: Node
    words: Words

    @property
    def compares(self) -> bool:
        """Whether this is the gate that weighs the programme against its rivals."""
        return self.id.endswith("-STACK-HIGHEST")


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
    """How much; `kind` is flat, tiers, table, formula, settlement or pool."""

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
    """How the programme gets on with others, and what holds it.

    `held_by` is the condition id, `amount` when the arithmetic does it, the code of the programme
    that yields, or empty: then `note` says who sees to it, or the rule forbids nothing.
    """

    with_codes: tuple[str, ...]
    rule: Together
    held_by: str
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


@dataclass(frozen=True, slots=True)
class PayUntil:
    """The last day on which the law lets a payment be made; `month` is 0 where it is every month's."""

    month: int
    day: int


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
    recovery: str
    pay_by: str
    pay_until: PayUntil | None
    wave: int
    channel: Channel
    rivals: tuple[str, ...]
    evidence: Provenance
    notes: tuple[Words, ...]
    depends_on: tuple[str, ...]
    file: str
    parameters: Mapping[str, Parameter]
    facts: FactCatalogue

    @property
    def deadlines(self) -> tuple[str, ...]:
        """The facts by which the start is counted from the law's deadline if the office was late."""
        starts = (one.tree for one in self.conditions if one.kind is ConditionKind.START)
        names = {node.name for tree in starts for node in walk(tree) if isinstance(node, FactRef)}
        return tuple(sorted(name for name in names if self.facts.facts[name].is_deadline))

    def period(self, month: Month) -> str:
        """The period a payment belongs to, such as `2026-10`, `2026-Q4` or `2026`."""
        return period_text(self.frequency, month)

    def is_payable(self, month: Month) -> bool:
        """Whether the county's calendar lets this programme be paid in the month."""
        return place_in_period(self.frequency, month) >= self.pay_from_month

    def condition(self, condition_id: str) -> Condition:
        """The condition with this id; raises RuleFault condition_unknown."""
        for condition in self.conditions:
            if condition.id == condition_id:
                return condition
        said = Words(
            f"{self.code} 没有条件 {condition_id}。",
            f"{self.code} has no condition {condition_id}.",
        )
        raise RuleFault("condition_unknown", said)
