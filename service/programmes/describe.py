"""A whole programme as plain data: what its file says, with every figure's history and evidence."""

from typing import Any

from eligibility_rules import Month, Parameter, Programme, Words
from eligibility_rules.evidence import Mark
from eligibility_rules.programme import Formula, Pool, Tiers
from service.programmes.figures import plain_words, unit_of
from service.residents import feeds


def described(one: Programme, month: Month) -> dict[str, Any]:
    """Everything an official reads about a programme; values in force are those of the month."""
    return {
        "code": one.code,
        "names": _words(one.names),
        "department": {"folder": one.department.folder, **_words(one.department.words)},
        "month": str(month),
        "period": one.period(month),
        **_basis(one),
        "conditions": [
            {
                "id": condition.id,
                "kind": condition.kind.value,
                **_words(condition.words),
                "expr": condition.expr,
            }
            for condition in one.conditions
        ],
        "amount": _amount(one),
        "parameters": [_parameter(parameter, month) for parameter in one.parameters.values()],
        **_time(one),
        **_together(one),
        **_papers(one),
        "sensitive": one.sensitive,
        "notes": [_words(note) for note in one.notes],
        "file": one.file,
    }


def _basis(one: Programme) -> dict[str, Any]:
    """The law, how far it can be trusted, and who is paid."""
    return {
        "law": [
            {"title": law.title, "number": law.number, "article": law.article, **_mark(law.mark)}
            for law in one.laws
        ],
        "evidence": {
            "policy": _mark(one.evidence.policy),
            "figures": _mark(one.evidence.figures),
            "refs": list(one.evidence.refs),
        },
        "subject": one.subject.value,
        "unit": one.unit,
        "payee": _words(one.payee),
        "wave": one.wave,
        "channel": one.channel.value,
    }


def _time(one: Programme) -> dict[str, Any]:
    """When it is paid, from when, until when, and how far back."""
    return {
        "frequency": one.frequency.value,
        "pay_from_month": one.pay_from_month,
        "pay_by": one.pay_by,
        "application": one.application,
        "start": {
            "rule": one.start.rule.value,
            "condition": one.start.condition,
            "note": one.start.note,
        },
        "stops": [
            {
                "event": stop.event,
                "action": str(stop.action),
                "effective": stop.effective.value,
                "condition": stop.condition,
                "note": stop.note,
            }
            for stop in one.stops
        ],
        "back_pay_months": one.back_pay_months,
        "recovery": one.recovery,
    }


def _together(one: Programme) -> dict[str, Any]:
    """What it has to do with other programmes, and who decides about it."""
    return {
        "stacking": [
            {
                "with": list(entry.with_codes),
                "rule": entry.rule.value,
                "held_by": entry.held_by,
                "note": entry.note,
            }
            for entry in one.stacking
        ],
        "depends_on": list(one.depends_on),
        "rivals": list(one.rivals),
        "notice": {
            "level": one.notice.level,
            "days": one.notice.days,
            "counted": one.notice.counted.value,
            "shows": one.notice.shows.value,
            "answer_days": one.notice.answer_days,
            "note": one.notice.note,
        },
        "approval_chain": list(one.approval_chain),
    }


def _papers(one: Programme) -> dict[str, Any]:
    """What the data say, what nobody has to bring any more, and what is still asked for."""
    return {
        "feeds": [_feed(code) for code in one.feeds],
        "proofs_replaced": list(one.proofs_replaced),
        "forms_replaced": list(one.forms_replaced),
        "asks_for": [
            {
                "kind": ask.kind.value,
                "code": ask.code,
                "names": _words(ask.names),
                "reason": _words(ask.reason),
            }
            for ask in one.asks_for
        ],
    }


def _amount(one: Programme) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": one.amount.kind,
        **_words(one.amount.words),
        "figures": _mark(one.amount.figures),
        "rounding": one.rounding.value,
    }
    rule = one.amount.rule
    if isinstance(rule, Formula):
        found["expr"] = rule.expr
    elif isinstance(rule, Tiers):
        found["tiers"] = [
            {"when": tier.expr_when, "amount": tier.expr, **_words(tier.words)}
            for tier in rule.tiers
        ]
        found["adjust"] = rule.adjust
    elif isinstance(rule, Pool):
        found["pool"] = {
            "pool": rule.pool,
            "area_total": rule.area_total,
            "area": rule.area,
            "rate_decimals": rule.rate_decimals,
        }
    return found


def _parameter(parameter: Parameter, month: Month) -> dict[str, Any]:
    in_force = parameter.dated(month)
    return {
        "name": parameter.name,
        **_words(parameter.words),
        "type": parameter.kind.value,
        "unit": unit_of(parameter),
        "values": [
            {
                "effective": dated.effective.isoformat(),
                "value": dated.value,
                "shown": _words(plain_words(parameter, dated.value)),
                "citation": dated.citation,
                **_mark(dated.mark),
                "in_force": dated is in_force,
            }
            for dated in parameter.history
        ],
    }


def _feed(code: str) -> dict[str, str]:
    known = feeds.every().get(code)
    if known is None:
        return {"code": code, "zh": "", "en": "", "department": ""}
    return {"code": code, "zh": known.zh, "en": known.en, "department": known.department_zh}


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _mark(mark: Mark) -> dict[str, str]:
    return {"evidence": mark.evidence.value, "remark": mark.remark}
