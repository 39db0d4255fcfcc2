"""The SQL of a pool shared by area: window sums over the snapshot, exact in 128-bit integers."""

from sqlglot import exp

from eligibility_rules.compiling.sql import Sql, column, literal
from eligibility_rules.deciding.pool import PoolRate

Step = list[tuple[str, Sql]]


def pool_steps(
    code: str, area: Sql, pool_fen: int | None, area_total_milli_mu: int | None, decimals: int
) -> list[Step]:
    """Steps ending in `{code}_raw`: the rate first, then both roundings, then the one that fits.

    Whoever is not refused counts into the area, as in `freeze_pool`.
    """
    if pool_fen is None or area_total_milli_mu is None:
        return [[(f"{code}_raw", exp.null())]]
    refused = exp.Is(this=exp.paren(column(f"{code}_all")), expression=exp.false())
    sharing = exp.Case().when(exp.not_(exp.paren(refused)), area)
    summed = exp.Coalesce(this=_over_all(sharing), expressions=[literal(0)])
    total = exp.Greatest(this=_huge(literal(area_total_milli_mu)), expressions=[_huge(summed)])
    pool = _huge(literal(pool_fen * 10 * 10**decimals))
    divisor = exp.Nullif(this=column(f"{code}_area"), expression=literal(0))
    rate = exp.Coalesce(
        this=exp.paren(exp.IntDiv(this=pool, expression=divisor)), expressions=[_huge(literal(0))]
    )
    near = _line(area, column(f"{code}_rate"), decimals, round_down=False)
    down = _line(area, column(f"{code}_rate"), decimals, round_down=True)
    counted = exp.Case().when(exp.not_(exp.paren(refused.copy())), column(f"{code}_near"))
    fits = exp.LTE(
        this=exp.Coalesce(this=_over_all(counted), expressions=[literal(0)]),
        expression=_huge(literal(pool_fen)),
    )
    chosen = exp.Case().when(fits, column(f"{code}_near")).else_(column(f"{code}_down"))
    return [
        [(f"{code}_area", total)],
        [(f"{code}_rate", rate)],
        [(f"{code}_near", near), (f"{code}_down", down)],
        [(f"{code}_raw", chosen)],
    ]


def frozen_amount(area: Sql, frozen: PoolRate) -> Sql:
    """The amount of a line at a frozen rate."""
    rate = _huge(literal(frozen.rate))
    return _line(area, rate, frozen.decimals, round_down=frozen.round_down)


def _line(area: Sql, rate: Sql, decimals: int, *, round_down: bool) -> Sql:
    unit = 10 * 10**decimals
    product = exp.Mul(this=_huge(area.copy()), expression=rate.copy())
    if round_down:
        return exp.paren(exp.IntDiv(this=exp.paren(product), expression=_huge(literal(unit))))
    doubled = exp.Mul(this=literal(2), expression=exp.paren(product))
    raised = exp.paren(exp.Add(this=exp.paren(doubled), expression=_huge(literal(unit))))
    return exp.paren(exp.IntDiv(this=raised, expression=_huge(literal(2 * unit))))


def _over_all(item: Sql) -> Sql:
    return exp.Window(this=exp.Sum(this=item))


def _huge(item: Sql) -> Sql:
    return exp.cast(item, exp.DataType.Type.INT128)
