"""The rate of a pool as a month froze it: reckoned again from the kept files, once a process."""

import duckdb

from eligibility_rules import Month as RuleMonth
from eligibility_rules import PoolRate, Subject, key_column, pool_rate
from eligibility_rules.programme import Pool, Programme
from service.assessment.models import Assessment
from service.assessment.outcome_files import open_outcomes
from service.residents.models import Snapshot
from service.residents.snapshot import read_table

_kept: dict[tuple[str, str], PoolRate | None] = {}


def frozen_rate(
    snapshot: Snapshot, assessment: Assessment, programme: Programme
) -> PoolRate | None:
    """Return the rate by which a month shares a pool; None for any other programme or if unknown.

    Everybody who was not refused shares, as in the assessment itself. Raises what
    :func:`~.outcome_files.open_outcomes` raises.
    """
    rule = programme.amount.rule
    if not isinstance(rule, Pool):
        return None
    key = (assessment.digest, programme.code)
    if key not in _kept:
        _kept[key] = _reckoned(snapshot, assessment, programme, rule)
    return _kept[key]


def _reckoned(
    snapshot: Snapshot, assessment: Assessment, programme: Programme, rule: Pool
) -> PoolRate | None:
    month = RuleMonth.parse(assessment.month)
    fen = programme.parameters[rule.pool].value(month)
    total = programme.parameters[rule.area_total].value(month)
    if fen is None or total is None:
        return None
    return pool_rate(fen, total, rule.rate_decimals, _areas(snapshot, assessment, programme, rule))


def _areas(
    snapshot: Snapshot, assessment: Assessment, programme: Programme, rule: Pool
) -> list[int]:
    subject: Subject = programme.subject
    code, key = programme.code, key_column(subject)
    fact = programme.facts.facts[rule.area]
    everything = (1 << len(programme.conditions)) - 1
    with duckdb.connect() as engine:
        engine.register("outcomes", open_outcomes(snapshot, assessment)[subject])
        engine.register("facts", read_table(snapshot, subject.value))
        rows = engine.execute(
            f"SELECT f.{fact.column(code)} AS area "  # noqa: S608 - codes and columns are ours
            f"FROM outcomes o JOIN facts f USING ({key}) "
            f"WHERE (o.{code}_held | o.{code}_unknown) = {everything} AND area BETWEEN ? AND ?",
            [fact.span.low, fact.span.high] if fact.span else [0, 2**62],
        ).fetchall()
    return [area for (area,) in rows]
