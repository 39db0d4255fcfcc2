"""From the law to the list: the rules, the facts that came, the frozen month, and the decision."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import explain_one
from service.assessment.models import Assessment, Decision
from service.assessment.view import address
from service.batches.models import Batch, Payment
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.oversight.timeline.happening import Happening
from service.oversight.timeline.scope import Scope
from service.programmes.catalogue import rules
from service.programmes.models import RuleSetVersion
from service.residents.models import Delivery, Snapshot
from service.web.filters import day, month_name, yuan
from service.web.language import gettext
from service.web.view_models import Tone

_SHORT = 12


def decided(session: Session, scope: Scope) -> Iterator[Happening]:
    """Yield what led to each list and to each payment of a scope."""
    seen: set[object] = set()
    for batch in scope.batches:
        yield from _once(seen, _of_batch(session, batch))
    for payment in scope.payments:
        yield from _once(seen, _of_payment(session, payment))


def _once(seen: set[object], found: Iterator[Happening]) -> Iterator[Happening]:
    """Leave out what another list or payment has told already: one snapshot serves them all."""
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one


def _of_batch(session: Session, batch: Batch) -> Iterator[Happening]:
    version = session.get(RuleSetVersion, batch.rule_digest)
    programme = rules().programmes.get(batch.programme)
    if version is not None:
        laws = "；".join(f"{one.title}{one.article}" for one in programme.laws) if programme else ""
        said = gettext("The rules that decided were put in force: version %(digest)s")
        yield Happening(
            version.recorded_at,
            "rules",
            said % {"digest": version.digest[:_SHORT]},
            note=laws,
            href=f"/programmes/{batch.programme}",
        )
    assessment = session.get(Assessment, batch.assessment_id) if batch.assessment_id else None
    if assessment is None:
        return
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    month = month_name(Month.parse(assessment.month))
    yield Happening(
        snapshot.taken_at,
        "facts",
        gettext("The facts of %(month)s were frozen") % {"month": month},
        note=gettext("digest %(digest)s") % {"digest": snapshot.digest[:_SHORT]},
        href=f"/months/{assessment.month}",
    )
    yield Happening(
        assessment.assessed_at,
        "decision",
        gettext("%(month)s was assessed for everybody") % {"month": month},
        note=gettext("digest %(digest)s") % {"digest": assessment.digest[:_SHORT]},
        href=f"/months/{assessment.month}",
    )


def _of_payment(session: Session, payment: Payment) -> Iterator[Happening]:
    decision = session.get(Decision, payment.decision_id) if payment.decision_id else None
    if decision is None:
        return
    assessment = session.get_one(Assessment, decision.assessment_id)
    home = address(assessment.month, payment.programme, payment.subject_kind, payment.subject_id)
    due: dict[str, tuple[str, Tone]] = {
        "due": (gettext("Decided: due, %(amount)s yuan for %(period)s"), "ok"),
        "not_due": (gettext("Decided: not due for %(period)s"), ""),
        "unknown": (gettext("Decided: not known for %(period)s, facts are missing"), "warn"),
    }
    said, tone = due[decision.outcome]
    yield Happening(
        assessment.assessed_at,
        "decision",
        said % {"amount": yuan(decision.amount_fen), "period": decision.period},
        href=home,
        tone=tone,
    )
    yield from _facts(session, assessment, payment)


def _facts(session: Session, assessment: Assessment, payment: Payment) -> Iterator[Happening]:
    """The deliveries that said what the decision rests on; without the snapshot, all of the month's."""
    try:
        whole = explain_one(
            session, assessment, payment.subject_kind, payment.subject_id, payment.programme
        )
    except Problem:
        yield from _deliveries(session, assessment)
        return
    for feed, source in sorted(whole.sources.items()):
        said = (
            gettext("%(feed)s said something of the recipient, in %(file)s")
            if source.has_record
            else gettext("%(feed)s said nothing of the recipient, in %(file)s")
        )
        yield Happening(
            source.received_at,
            "facts",
            said % {"feed": feed, "file": source.file_name},
            note=gettext("data of %(day)s") % {"day": day(source.as_of)},
            href=f"/feeds/{feed}/deliveries/{source.delivery_id}",
        )


def _deliveries(session: Session, assessment: Assessment) -> Iterator[Happening]:
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    ids = [UUID(one) for many in snapshot.manifest.get("feeds", {}).values() for one in many]
    found = session.scalars(select(Delivery).where(Delivery.id.in_(ids)).limit(_DELIVERIES_MAX))
    for one in found:
        said = gettext("%(feed)s was delivered: %(file)s")
        yield Happening(
            one.received_at,
            "facts",
            said % {"feed": one.feed, "file": one.file_name},
            note=gettext("data of %(day)s") % {"day": day(one.as_of)},
            href=f"/feeds/{one.feed}/deliveries/{one.id}",
        )


_DELIVERIES_MAX = 200
