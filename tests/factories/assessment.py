"""Snapshots, assessments and decisions as rows, for tests of what comes after them."""

import hashlib
from typing import Any

import factory

from service.assessment.models import Assessment, Decision
from service.foundation import clock, ids
from service.programmes.catalogue import keep_version
from service.residents.models import Snapshot
from tests.factories.residents import _Made, _sessions


class SnapshotFactory(_Made):
    """A snapshot's row; its files do not exist."""

    class Meta:
        model = Snapshot

    id = factory.LazyFunction(ids.uuid7)
    month = "2026-10"
    digest = factory.Sequence(lambda n: hashlib.sha256(f"snapshot {n}".encode()).hexdigest())
    manifest: Any = factory.LazyFunction(
        lambda: {"as_known_at": clock.now().isoformat(timespec="microseconds"), "tables": {}}
    )
    folder = factory.Sequence(lambda n: f"snapshot-{n}")
    taken_at = factory.LazyFunction(clock.now)


class AssessmentFactory(_Made):
    """An assessment's row under the rules in force."""

    class Meta:
        model = Assessment

    class Params:
        snapshot = factory.SubFactory(SnapshotFactory, month=factory.SelfAttribute("..month"))

    id = factory.LazyFunction(ids.uuid7)
    month = "2026-10"
    snapshot_id = factory.SelfAttribute("snapshot.id")
    rule_digest = factory.LazyFunction(lambda: keep_version(_sessions[0]))
    digest = factory.Sequence(lambda n: hashlib.sha256(f"assessment {n}".encode()).hexdigest())
    folder = factory.Sequence(lambda n: f"assessment-{n}")
    files: Any = factory.LazyFunction(dict)
    counts: Any = factory.LazyFunction(dict)
    assessed_at = factory.LazyFunction(clock.now)


class DecisionFactory(_Made):
    """One subject's decision: due, of the assessment's month, unless told otherwise."""

    class Meta:
        model = Decision

    class Params:
        assessment = factory.SubFactory(AssessmentFactory)

    assessment_id = factory.SelfAttribute("assessment.id")
    programme = "MZ15"
    period = factory.SelfAttribute("assessment.month")
    subject_kind = "person"
    subject_id = factory.Sequence(lambda n: 1_000_000 + n)
    payee_person_id = factory.SelfAttribute("subject_id")
    division = "330523100200"
    outcome = "due"
    amount_fen = 10_000
    held_mask = 1
    unknown_mask = 0
