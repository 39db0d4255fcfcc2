"""Law, rules, facts and arithmetic: what was decided, by the rule set that decided it."""

import json
from collections.abc import Iterator
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from service.assessment.explain import Whole, explain_one
from service.assessment.models import Assessment, Decision
from service.batches.recoveries.queries import kept_of_line
from service.evidence.payment.subject import Subject
from service.evidence.said import Said, at, in_words
from service.foundation.problems import NotFound, Problem
from service.programmes.models import RuleSetVersion
from service.programmes.telling.tell import OPEN_FACTS
from service.residents import feeds
from service.residents.models import Delivery, Snapshot
from service.residents.snapshot import Source

RULE_SET = "rules/rule-set.json"
NOT_THERE = Said(
    "数据快照中没有该对象的内容，核定结果以此处所列为准。",
    "The snapshot holds nothing about this recipient; what was decided stands as it is listed here.",
)


def decided(session: Session, about: Subject) -> dict[str, Any]:
    """Return the decision behind a payment with its facts and figures; what cannot be told says why."""
    payment = about.payment
    decision = session.get(Decision, payment.decision_id) if payment.decision_id else None
    found: dict[str, Any] = {
        "rules": {"digest": about.batch.rule_digest, "file": None, "text": None},
        "snapshot_digest": about.batch.snapshot_digest,
        "decision": None,
        "explained": None,
        "not_explained": None,
        "amount": amount_parts(session, about, decision),
    }
    if decision is None:
        return found
    assessment = session.get_one(Assessment, decision.assessment_id)
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    found["decision"] = {
        "outcome": decision.outcome,
        "amount_fen": decision.amount_fen,
        "period": decision.period,
        "held_mask": decision.held_mask,
        "unknown_mask": decision.unknown_mask,
        "is_office_late": decision.is_office_late,
        "assessed_at": at(assessment.assessed_at),
        "assessment_digest": assessment.digest,
        "rule_digest": assessment.rule_digest,
        "snapshot_digest": snapshot.digest,
        "facts_known_at": snapshot.manifest.get("as_known_at"),
    }
    try:
        whole = explain_one(
            session, assessment, payment.subject_kind, payment.subject_id, payment.programme
        )
    except NotFound:
        found["not_explained"] = NOT_THERE.both()
        return found
    except Problem as problem:
        found["not_explained"] = {"en": problem.say("en"), "zh": problem.say("zh")}
        return found
    found["explained"] = _explained(session, whole, about)
    return found


def rule_files(session: Session, about: Subject) -> Iterator[tuple[str, bytes]]:
    """Yield the rule set that decided, as its digest was taken over, and the programme's own file of it."""
    kept = session.get(RuleSetVersion, about.batch.rule_digest)
    if kept is None:
        return
    yield RULE_SET, kept.content
    text = rule_text(kept.content, about.payment.programme)
    if text is not None:
        yield f"rules/{about.payment.programme}.json", text


def rule_text(content: bytes, programme: str) -> bytes | None:
    """Return one programme's file out of a kept rule set, in canonical JSON."""
    kept = json.loads(content)
    for name, said in kept.items():
        if name.endswith(f"/{programme}.yaml") and name.startswith("programmes/"):
            return rfc8785.dumps(said)
    return None


def amount_parts(session: Session, about: Subject, decision: Decision | None) -> dict[str, Any]:
    """Return what the amount is made of; the parts add up to the line's amount in fen."""
    payment = about.payment
    gross_fen, kept_fen = kept_of_line(session, payment)
    if not kept_fen:
        gross_fen = payment.amount_fen
    due_fen = payment.entitled_fen if payment.entitled_fen is not None else gross_fen
    decided_fen = decision.amount_fen if decision else None
    first = "decided" if decided_fen == due_fen else payment.line_type
    parts = [{"what": first, "fen": due_fen}]
    if due_fen != gross_fen:
        parts.append({"what": "paid_later", "fen": gross_fen - due_fen})
    if kept_fen:
        parts.append({"what": "kept_for_recovery", "fen": -kept_fen})
    return {"amount_fen": payment.amount_fen, "parts": parts}


def _explained(session: Session, whole: Whole, about: Subject) -> dict[str, Any]:
    said = whole.explanation
    programme = said.programme
    values = {one.name: one for part in said.conditions for one in part.values}
    if said.amount is not None:
        values |= {one.name: one for one in said.amount.values}
    hides = not about.whole
    return {
        "department": in_words(programme.department.words),
        "laws": [
            {"title": law.title, "number": law.number, "article": law.article, **_mark(law.mark)}
            for law in programme.laws
        ],
        "conditions": [
            {"id": one.id, "state": one.state, "sentence": in_words(one.sentence)}
            for one in said.conditions
        ],
        "facts": [
            _fact(session, one, whole.sources, hides=hides)
            for one in values.values()
            if one.mark is None
        ],
        "parameters": [
            {
                "name": one.name,
                "label": in_words(one.label),
                "value": in_words(one.shown),
                "since": at(one.since),
                "citation": one.citation,
                **_mark(one.mark),
            }
            for one in values.values()
            if one.mark is not None
        ],
        "arithmetic": None
        if said.amount is None
        else {
            "rule": in_words(said.amount.rule),
            "lines": [in_words(one) for one in said.amount.lines],
            "fen": said.amount.fen,
            **_mark(said.amount.mark),
        },
        "agrees": said.agrees,
    }


def _fact(session: Session, one: Any, sources: Any, *, hides: bool) -> dict[str, Any]:
    known = feeds.every()
    sensitive = any(code in known and known[code].sensitive for code in one.feeds)
    hidden = hides and sensitive and one.name not in OPEN_FACTS
    return {
        "name": one.name,
        "label": in_words(one.label),
        "value": None if hidden else in_words(one.shown),
        "hidden": hidden,
        "from": [] if hidden else [_source(session, code, sources.get(code)) for code in one.feeds],
    }


def _source(session: Session, code: str, source: Source | None) -> dict[str, Any]:
    """Return whose word a fact is: a feed, and the delivery that said it or was the last to say nothing."""
    known = feeds.every().get(code)
    said: dict[str, Any] = {
        "feed": code,
        "feed_name": {"en": known.en, "zh": known.zh} if known else None,
        "department": {"en": known.department_en, "zh": known.department_zh} if known else None,
        "delivery": None,
    }
    if source is None:
        return said
    delivery = session.get_one(Delivery, source.delivery_id)
    return {
        **said,
        "delivery": str(source.delivery_id),
        "file_name": source.file_name,
        "file_sha256": delivery.sha256.hex(),
        "received_at": at(source.received_at),
        "as_of": at(source.as_of),
        "row": source.row_no,
        "record_date": at(source.record_date),
    }


def _mark(mark: Any) -> dict[str, str]:
    return {"evidence": str(mark.evidence.value), "remark": mark.remark}
