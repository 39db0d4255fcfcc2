"""The standard gates: what an application, a start rule and a stop event ask, and in which words.

NEXT_MONTH and AFTER_DEATH_MONTH pay the month in which the event happens and no later one;
NEXT_YEAR pays to 31 December. A file may replace a standard gate by its own expression.
"""

from dataclasses import dataclass

from eligibility_rules.periods import Frequency
from eligibility_rules.programme import Effective, StartRule
from eligibility_rules.words import Words


@dataclass(frozen=True, slots=True)
class Gate:
    """The expression and the sentence of a standard gate; `suffix` ends the condition's id."""

    suffix: str
    expr: str
    words: Words


APPLIED = Gate(
    "APPLIED",
    "happened_by(app.apply_date, asof)",
    Words("本人或家属已提出申请", "an application has been made"),
)
APPLIED_IN_YEAR = Gate(
    "APPLIED",
    "happened_by(app.apply_date, year_end)",
    Words("本年度内或以前已提出申请", "an application was made this year or earlier"),
)

_AFTER_APPROVAL = Gate(
    "START",
    "happened_before(app.approve_date, month_start)"
    " or (happened(app.approve_date) and happened_before(app.decide_by, month_start))",
    Words(
        "本月以前已批准（自批准次月起发放；超过法定期限才批准的，自期限届满次月起算）",
        "approved before this month (paid from the month after approval; if the office was late,"
        " from the month after its deadline)",
    ),
)
_OF_APPROVAL = Gate(
    "START",
    "happened_by(app.approve_date, asof)"
    " or (happened(app.approve_date) and happened_by(app.decide_by, asof))",
    Words(
        "已批准（自批准当月起发放；超过法定期限才批准的，自期限届满当月起算）",
        "approved (paid from the month of approval on; if the office was late, from the month of its"
        " deadline)",
    ),
)
_OF_APPLICATION = Gate(
    "START",
    "happened_by(app.apply_date, asof) and happened(app.approve_date)",
    Words(
        "申请已审核批准（自申请当月起发放）",
        "the application was approved (paid from the month of application)",
    ),
)
_APPROVED_NOW = Gate(
    "START",
    "happened_within(app.approve_date, month_start, asof)",
    Words("本月批准（批准即付，每次一笔）", "approved in this month (each approval is paid once)"),
)
_HAPPENED_NOW = Gate(
    "START",
    "happened_within(evt.apply_date, month_start, asof)",
    Words("事项发生在本月（每次一笔）", "happened in this month (each time is paid once)"),
)
_HAPPENED = Gate(
    "START",
    "happened_by(evt.apply_date, asof)",
    Words("事项已经发生", "the event has happened"),
)


def start_gate(rule: StartRule, frequency: Frequency) -> Gate | None:
    """The standard gate of a start rule; None where each programme has to say it by itself."""
    if rule in _ONCE_APPROVED:
        return _APPROVED_NOW if frequency is Frequency.EVENT else _OF_APPROVAL
    if rule in _ONCE_HAPPENED:
        return _HAPPENED_NOW if frequency is Frequency.EVENT else _HAPPENED
    return _STARTS.get(rule)


_ONCE_APPROVED = {StartRule.ON_APPROVAL, StartRule.ON_ACCEPTANCE, StartRule.ON_SETTLEMENT}
_ONCE_HAPPENED = {StartRule.ON_EVENT, StartRule.ON_NOTICE}
_STARTS = {
    StartRule.MONTH_AFTER_APPROVAL: _AFTER_APPROVAL,
    StartRule.MONTH_OF_APPROVAL: _OF_APPROVAL,
    StartRule.MONTH_OF_APPLICATION: _OF_APPLICATION,
}

_MONTHLY = (Effective.NEXT_MONTH, Effective.AFTER_DEATH_MONTH)

_DEATH_MONTH = Gate(
    "STOP-DEATH",
    "not happened_before(p.death_date, month_start)",
    Words(
        "健在，或死亡发生在本月（死亡当月照发，次月起停发）",
        "alive, or died in this very month (the month of death is still paid)",
    ),
)
_DEATH_AT_ONCE = Gate(
    "STOP-DEATH",
    "not happened_by(p.death_date, asof)",
    Words("健在（死亡当月起停发）", "alive (nothing is paid from the month of death on)"),
)
_DEATH_SEMESTER = Gate(
    "STOP-DEATH",
    "not happened_before(p.death_date, semester_start)",
    Words(
        "健在，或死亡发生在本学期（本学期照发）",
        "alive, or died in this very semester (the semester is still paid)",
    ),
)
_DEATH_SCHOOL_YEAR = Gate(
    "STOP-DEATH",
    "not happened_before(p.death_date, school_year_start)",
    Words(
        "健在，或死亡发生在本学年（本学年照发）",
        "alive, or died in this very school year (the school year is still paid)",
    ),
)
_DEATH_YEAR = Gate(
    "STOP-DEATH",
    "not happened_before(p.death_date, year_start)",
    Words(
        "健在，或死亡发生在本年（发至当年12月31日）",
        "alive, or died in this very year (paid to 31 December)",
    ),
)
_MOVED_MONTH = Gate(
    "STOP-HUKOU-OUT",
    "p.hukou_county or not happened_before(p.hukou_out_date, month_start)",
    Words(
        "未迁出本县，或本月才迁出（迁出当月照发，次月起停发）",
        "has not moved out of the county before this month (the month of moving is still paid)",
    ),
)
_MOVED_YEAR = Gate(
    "STOP-HUKOU-OUT",
    "p.hukou_county or not happened_before(p.hukou_out_date, year_start)",
    Words(
        "未迁出本县，或本年才迁出（发至当年12月31日）",
        "has not moved out of the county before this year (paid to 31 December)",
    ),
)
_CERT_EXPIRED = Gate(
    "STOP-CERT-EXPIRED",
    "dis.cert_expire >= month_start",
    Words(
        "残疾人证未过期，或本月才到期（到期当月照发，次月起暂停）",
        "the certificate has not run out before this month (its last month is still paid)",
    ),
)
_CERT_CANCELLED = Gate(
    "STOP-CERT-CANCELLED",
    "dis.cert_status != '注销'",
    Words("残疾人证未注销", "the certificate has not been cancelled"),
)
_IMPRISON_MONTH = Gate(
    "STOP-IMPRISON",
    "not (happened_before(p.imprisoned_from, month_start)"
    " and not happened_before(p.imprisoned_to, month_start))",
    Words(
        "月初未在服刑，或本月才入监（入监当月照发，次月起暂停，出监次月恢复）",
        "not in prison since before this month (paused from the month after entry)",
    ),
)
_WANTED = Gate(
    "STOP-WANTED",
    "not p.wanted",
    Words("未被通缉在逃", "not wanted by the police"),
)
_CONFIRMED = Gate(
    "STOP-NOT-CONFIRMED",
    "vet.annual_confirmed",
    Words("本年度已完成年度确认", "confirmed for this year"),
)
_RELATION_OUT = Gate(
    "STOP-RELATION-OUT",
    "vet.relation_here",
    Words("抚恤关系仍在本县", "the pension relation is still held in this county"),
)
_IMPRISON_YEAR = Gate(
    "STOP-IMPRISON",
    "not (happened_before(p.imprisoned_from, year_start)"
    " and not happened_before(p.imprisoned_to, year_start))",
    Words(
        "年初未在服刑，或本年才入监（入监当年照发，次年起暂停）",
        "not in prison since before this year (paused from the next year)",
    ),
)
_TERM_END = Gate(
    "STOP-TERM-END",
    "mig.term_end >= year_start",
    Words("扶持期在本年内未届满或本年才届满", "the support term had not ended before this year"),
)


def _both(event: str, gate: Gate) -> dict[tuple[str, Effective], Gate]:
    return {(event, effective): gate for effective in _MONTHLY}


STOPS: dict[tuple[str, Effective], Gate] = {
    **_both("DEATH", _DEATH_MONTH),
    **_both("HUKOU_OUT_COUNTY", _MOVED_MONTH),
    **_both("HUKOU_OUT_PROV", _MOVED_MONTH),
    **_both("CERT_EXPIRED", _CERT_EXPIRED),
    **_both("IMPRISON", _IMPRISON_MONTH),
    **_both("CERT_CANCELLED", _CERT_CANCELLED),
    **_both("IMPRISON_FIXED_TERM", _IMPRISON_MONTH),
    **_both("WANTED", _WANTED),
    **_both("ANNUAL_NOT_CONFIRMED", _CONFIRMED),
    ("RELATION_TRANSFERRED_OUT", Effective.NEXT_MONTH): _RELATION_OUT,
    ("CERT_CANCELLED", Effective.NEXT_YEAR): _CERT_CANCELLED,
    ("DEATH", Effective.THAT_MONTH): _DEATH_AT_ONCE,
    ("DEATH", Effective.THAT_DAY): _DEATH_AT_ONCE,
    ("DEATH", Effective.IMMEDIATE): _DEATH_AT_ONCE,
    ("DEATH", Effective.NEXT_SEMESTER): _DEATH_SEMESTER,
    ("DEATH", Effective.NEXT_SCHOOL_YEAR): _DEATH_SCHOOL_YEAR,
    ("HUKOU_OUT_COUNTY", Effective.NEXT_JANUARY): _MOVED_YEAR,
    ("DEATH", Effective.NEXT_YEAR): _DEATH_YEAR,
    ("HUKOU_OUT_COUNTY", Effective.NEXT_YEAR): _MOVED_YEAR,
    ("IMPRISON", Effective.NEXT_YEAR): _IMPRISON_YEAR,
    ("TERM_END", Effective.PRORATE_MONTH): _TERM_END,
}
"""Stop gates by event and effective rule; anything else must say which condition implements it."""
