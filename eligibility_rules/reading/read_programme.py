"""Read one programme file into a Programme, reporting every fault at its line."""

import re
from collections.abc import Mapping

from eligibility_rules.evidence import read_mark
from eligibility_rules.facts import FactCatalogue, Subject
from eligibility_rules.language.impossible import contradiction
from eligibility_rules.language.tree import (
    AmountOf,
    Derived,
    FactRef,
    Node,
    ParamRef,
    Receives,
    walk,
)
from eligibility_rules.parameters import Parameter
from eligibility_rules.periods import Frequency
from eligibility_rules.programme import (
    CONDITIONS_MAX,
    Amount,
    Channel,
    Condition,
    Department,
    Formula,
    Law,
    PayUntil,
    Pool,
    Programme,
    Provenance,
    Rounding,
    Tiers,
)
from eligibility_rules.proofs import read_asks
from eligibility_rules.reading.document import Section
from eligibility_rules.reading.read_amount import read_amount
from eligibility_rules.reading.read_conditions import ConditionReader
from eligibility_rules.reading.read_notice import read_notice
from eligibility_rules.reading.read_stacking import StackingReader
from eligibility_rules.words import Words, printable

CODE = re.compile(r"[A-Z]{2}[0-9]{2}")
_KEYS = (
    "code",
    "names",
    "department",
    "law",
    "subject",
    "unit",
    "payee",
    "conditions",
    "amount",
    "rounding",
    "frequency",
    "pay_from_month",
    "start",
    "application",
    "stop",
    "stacking",
    "notice",
    "approval_chain",
    "feeds",
    "proofs_replaced",
    "forms_replaced",
    "asks_for",
    "sensitive",
    "back_pay_months",
    "recovery",
    "pay_by",
    "pay_until_day",
    "pay_until_month",
    "wave",
    "channel",
    "evidence",
    "notes",
)


def read_programme(
    document: Section,
    folder: str,
    stem: str,
    catalogue: FactCatalogue,
    parameters: Mapping[str, Parameter],
    titles: Mapping[str, tuple[Words, str]],
) -> Programme:
    """Read programmes/<folder>/<stem>.yaml; faults are collected in the document.

    `titles` tells, by code, the names and the kind of subject of every programme of the set.
    """
    document.only(*_KEYS)
    code = _code(document, stem)
    subject = document.word("subject", Subject)
    frequency = document.word("frequency", Frequency)
    nodes = {name: parameter.node for name, parameter in parameters.items()}
    names = catalogue.names(subject, nodes)
    reader = ConditionReader(document, code, names, frequency)
    conditions, start, stops = reader.read()
    rounding = document.word("rounding", Rounding)
    amount = read_amount(document.section("amount"), names, catalogue, rounding)
    stacking = StackingReader(document, code, subject, conditions, amount, titles)
    conditions, together, rivals = stacking.read()
    _check_conditions(document, conditions)
    used = used_nodes(conditions, amount)
    return Programme(
        code=code,
        names=words(document.section("names")),
        department=Department(folder, words(document.section("department"))),
        laws=tuple(_law(entry) for entry in document.sections("law")),
        subject=subject,
        unit=document.text("unit"),
        payee=words(document.section("payee")),
        conditions=conditions,
        amount=amount,
        rounding=rounding,
        frequency=frequency,
        pay_from_month=_pay_from(document, frequency),
        start=start,
        application=document.yes("application"),
        stops=stops,
        stacking=together,
        notice=read_notice(document.section("notice"), sensitive=document.yes("sensitive")),
        approval_chain=document.texts("approval_chain"),
        feeds=document.texts("feeds"),
        proofs_replaced=document.texts("proofs_replaced"),
        forms_replaced=document.texts("forms_replaced"),
        asks_for=read_asks(document),
        sensitive=document.yes("sensitive"),
        back_pay_months=document.whole("back_pay_months", 0, 120),
        recovery=document.text("recovery", ""),
        pay_by=document.text("pay_by", ""),
        pay_until=_pay_until(document),
        wave=document.whole("wave", 1, 9, 1),
        channel=document.word("channel", Channel, Channel.CARD),
        rivals=rivals,
        evidence=_provenance(document.section("evidence")),
        notes=tuple(words(entry) for entry in document.sections("notes")),
        depends_on=tuple(
            sorted({one.code for one in used if isinstance(one, Receives | AmountOf)})
        ),
        file=document.file,
        parameters=_parameters_used(amount, used, parameters),
        facts=catalogue,
    )


def _code(document: Section, stem: str) -> str:
    """The programme's code, which is its file's name."""
    code = document.text("code")
    if not CODE.fullmatch(code) or code != stem:
        shown = printable(stem)
        said = Words(
            f"code 须为两个大写字母加两位数字，且与文件名 {shown} 相同。",
            f"code must be two capital letters and two digits, the same as the file's name {shown}.",
        )
        document.fault("code_wrong", said, "code")
    return code


def _check_conditions(document: Section, conditions: tuple[Condition, ...]) -> None:
    never = contradiction(one.tree for one in conditions)
    if never is not None:
        said = never.within("没有人能同时满足全部条件：{}。", "Nobody can meet all conditions: {}.")
        document.fault("never_holds", said, "conditions")
    if not 0 < len(conditions) <= CONDITIONS_MAX:
        said = Words(
            f"条件须为 1 至 {CONDITIONS_MAX} 条。",
            f"There must be 1 to {CONDITIONS_MAX} conditions.",
        )
        document.fault("conditions_count", said, "conditions")


def _pay_from(document: Section, frequency: Frequency) -> int:
    """The month of its period, from 1, in which a programme is paid for the first time."""
    if (frequency.months > 1) != document.has("pay_from_month"):
        document.fault(
            "pay_month_wrong",
            Words(
                "pay_from_month（自周期的第几个月起发）只用于周期长于一个月的项目，且必须填写。",
                "pay_from_month (the month of the period, from 1) belongs to programmes whose "
                "period is longer than a month, and only to them.",
            ),
            "pay_from_month",
        )
    return document.whole("pay_from_month", 1, max(frequency.months, 1), 1)


def _pay_until(document: Section) -> PayUntil | None:
    """The last day for paying; a month without a day says nothing and is refused."""
    month = document.whole("pay_until_month", 1, 12, 0)
    if not document.has("pay_until_day"):
        if month:
            document.fault(
                "pay_until_wrong",
                Words(
                    "有 pay_until_month 时须有 pay_until_day。",
                    "pay_until_month needs pay_until_day.",
                ),
                "pay_until_month",
            )
        return None
    return PayUntil(month, document.whole("pay_until_day", 1, 31))


def used_nodes(conditions: tuple[Condition, ...], amount: Amount) -> list[Node]:
    """Every node of a programme's conditions and amount."""
    found = [node for condition in conditions for node in walk(condition.tree)]
    if isinstance(amount.rule, Formula | Tiers):
        found.extend(walk(amount.rule.tree))
    return found


def facts_used(programme: Programme) -> tuple[str, ...]:
    """Names of the plain facts a programme reads, in alphabetical order."""
    nodes = used_nodes(programme.conditions, programme.amount)
    names = {node.name for node in nodes if isinstance(node, FactRef)}
    if isinstance(programme.amount.rule, Pool):
        names.add(programme.amount.rule.area)
    return tuple(sorted(names))


def derived_used(programme: Programme) -> tuple[str, ...]:
    """Names of the computed facts a programme reads, in alphabetical order."""
    nodes = used_nodes(programme.conditions, programme.amount)
    return tuple(sorted({node.name for node in nodes if isinstance(node, Derived)}))


def words(entry: Section) -> Words:
    """Read a mapping of zh and en."""
    entry.only("zh", "en")
    return Words(entry.text("zh"), entry.text("en"))


def _parameters_used(
    amount: Amount, used: list[Node], parameters: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    names = {node.name for node in used if isinstance(node, ParamRef)}
    if isinstance(amount.rule, Pool):
        names |= {amount.rule.pool, amount.rule.area_total}
    return {name: parameters[name] for name in sorted(names) if name in parameters}


def _law(entry: Section) -> Law:
    entry.only("title", "number", "article", "evidence")
    mark = read_mark(entry, "evidence")
    return Law(entry.text("title"), entry.text("number"), entry.text("article", ""), mark)


def _provenance(entry: Section) -> Provenance:
    entry.only("policy", "figures", "refs")
    return Provenance(read_mark(entry, "policy"), read_mark(entry, "figures"), entry.texts("refs"))
