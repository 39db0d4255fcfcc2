"""Samples: nobody chooses the seed, anybody draws the same, and the bounds are those of the books."""

import hashlib
import zlib
from collections import Counter
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from service.audit.models import AuditCheckpoint, AuditLeaf
from service.foundation import clock
from service.officers.may import NotAllowed
from service.oversight.samples import draw as drawing
from service.oversight.samples import work
from service.oversight.samples.bounds import (
    ONE_SIDED_95,
    TWO_SIDED_95,
    lower_ppm,
    stringer_fen,
    upper_ppm,
)
from service.oversight.samples.draw import Line
from service.oversight.samples.estimate import Looked, of_lines, of_money
from service.oversight.samples.problems import (
    LookUnusable,
    NonceUnusable,
    SampleDone,
    SampleEmpty,
    SampleNotYet,
)
from tests.factories.officers import OfficerFactory
from tests.service.oversight.standing_cases import batch, paid, triggers_asleep

SEED = hashlib.sha256(b"golden").digest()
LINES = [Line(number, 1_000 + 37 * number, f"33052310{number % 3}") for number in range(1, 301)]
NONCE = "a nonce of the auditor's own"


def test_the_same_seed_draws_the_same_lines_for_ever() -> None:
    first = hashlib.sha256(SEED + bytes(8)).digest()
    assert next(drawing.numbers(SEED)) == int.from_bytes(first[:8], "big")
    drawn = [one.number for one in drawing.simple(LINES, 8, SEED)]
    assert drawn == [one.number for one in drawing.simple(LINES[::-1], 8, SEED)], "order is nothing"
    assert drawn == [28, 40, 73, 97, 135, 155, 183, 268]
    assert drawn != [one.number for one in drawing.simple(LINES, 8, SEED[::-1])]
    assert len({one.number for one in drawing.simple(LINES, 999, SEED)}) == len(LINES)


def test_each_line_is_as_likely_and_each_township_gives_its_share() -> None:
    ten = LINES[:10]
    seen = Counter(
        one.number
        for trial in range(3000)
        for one in drawing.simple(ten, 3, hashlib.sha256(str(trial).encode()).digest())
    )
    # 900 expected of each; 5 standard deviations are 126.
    assert all(abs(seen[line.number] - 900) < 126 for line in ten)
    places = {line.number: line.township for line in LINES}
    counts = Counter(places[one.number] for one in drawing.stratified(LINES, 32, SEED))
    assert sorted(counts.values()) == [10, 11, 11]
    assert drawing.shares({"a": 998, "b": 1, "c": 1}, 10) == {"a": 10, "b": 1, "c": 1}


def test_by_money_large_lines_are_certain_and_each_fen_is_as_likely() -> None:
    lines = [Line(1, 900_000, "x"), *(Line(number, 1_000, "x") for number in range(2, 102))]
    drawn = drawing.money_unit(lines, 11, SEED)
    assert [one.number for one in drawn if one.is_certain] == [1]
    assert len(drawn) == 11
    seen = Counter(
        one.number
        for trial in range(2000)
        for one in drawing.money_unit(
            [Line(1, 1_000, "x"), Line(2, 3_000, "x"), Line(3, 4_000, "x")], 1,
            hashlib.sha256(str(trial).encode()).digest(),
        )
    )  # fmt: skip
    assert abs(seen[1] - 250) < 75
    assert abs(seen[2] - 750) < 100


@pytest.mark.parametrize(
    ("errors", "of", "low", "high"),
    [
        # Two-sided 95 %, as published tables have them (per cent, two places).
        (0, 100, 0, 362), (1, 100, 3, 545), (5, 100, 164, 1128), (10, 100, 490, 1762),
        (0, 10, 0, 3085), (10, 10, 6915, 10_000),
    ],
)  # fmt: skip
def test_rates_have_the_bounds_of_clopper_and_pearson(
    errors: int, of: int, low: int, high: int
) -> None:
    assert abs(lower_ppm(errors, of, TWO_SIDED_95) - low * 100) <= 50
    assert abs(upper_ppm(errors, of, TWO_SIDED_95) - high * 100) <= 50


def test_amounts_have_stringers_bound() -> None:
    # Without an error, 59 lines say "less than 5 per cent" with 95 per cent confidence.
    assert abs(upper_ppm(0, 59, ONE_SIDED_95) - 49_508) <= 2
    assert abs(stringer_fen(100_000_000, 59, []) - 4_950_800) <= 200
    none, whole = stringer_fen(10**8, 60, []), stringer_fen(10**8, 60, [Fraction(1)])
    half = stringer_fen(10**8, 60, [Fraction(1, 2)])
    assert none < half < whole
    assert abs(whole - upper_ppm(1, 60, ONE_SIDED_95) * 100) <= 1
    said = of_money(
        [Looked(500, 500, is_wrong=True, is_certain=True)]
        + [Looked(100, 50 if number == 0 else 0, is_wrong=number == 0) for number in range(60)],
        100_500,
    )  # fmt: skip
    assert (said.looked, said.wrong, said.found_fen) == (61, 2, 550)
    assert said.likely_fen == 500 + round(Fraction(100_000, 120))
    assert said.at_most_fen == 500 + stringer_fen(100_000, 60, [Fraction(1, 2)])
    rate = of_lines([Looked(100, -10, is_wrong=True), Looked(100, 0, is_wrong=False)], 10_000)
    assert (rate.likely_fen, rate.at_most_fen) == (-500, None)


def test_a_sample_is_committed_then_drawn_then_judged(made: Session) -> None:
    auditor, maker = OfficerFactory.create(duties=["auditor"]), OfficerFactory.create()
    triggers_asleep(made)
    made_list = batch(programme="MZ15", month="2031-03")
    for number in range(30):
        paid(batch=made_list, amount_fen=1_000 + number, period="2031-03")
    paid(batch=made_list, state="returned", period="2031-03")

    def plan(nonce: str = NONCE, month: str = "2031-03", who: object = auditor) -> object:
        wanted = work.Plan("MZ15", month, "money_unit", 5, nonce)
        return work.plan(made, wanted, by=who)  # type: ignore[arg-type]

    for refused, given in (
        (NonceUnusable, {"nonce": "short"}), (SampleEmpty, {"month": "2031-04"}),
        (NotAllowed, {"who": maker}),
    ):  # fmt: skip
        with pytest.raises(refused):
            plan(**given)
    sample = work.by_no(made, plan().sample_no, locked=True)  # type: ignore[attr-defined]
    assert (sample.population_count, sample.population_fen) == (30, 30_435)
    with pytest.raises(SampleNotYet):
        work.draw(made, sample, nonce=NONCE, by=auditor)
    size = 10**12
    made.add(AuditLeaf(index=size, entry_id=sample.entry_id, leaf_hash=b"\x01" * 32))
    for after, root in ((1, b"\x02" * 32), (9, b"\x03" * 32)):
        made.add(
            AuditCheckpoint(
                size=size + after, root=root, signed_at=clock.now(), note="", frontier=b""
            )
        )
    made.flush()
    with pytest.raises(NonceUnusable):
        work.draw(made, sample, nonce=NONCE + ".", by=auditor)
    lines = work.draw(made, sample, nonce=NONCE, by=auditor)
    assert sample.checkpoint_size == size + 1, "the first that covers it, not one that pleases"
    with pytest.raises(SampleDone):
        work.draw(made, sample, nonce=NONCE, by=auditor)
    text = zlib.decompress(sample.population).decode()
    assert hashlib.sha256(text.encode()).hexdigest() == sample.population_digest
    seed = work.seed_of(sample, b"\x02" * 32)
    assert [one.number for one in work.again(text, "money_unit", 5, seed)] == [
        one.payment_id for one in lines
    ]
    first, second = lines[0].payment_id, lines[1].payment_id
    with pytest.raises(LookUnusable):
        work.look(made, sample, first, outcome="agrees", error_fen=5, note="看过", by=auditor)
    work.look(made, sample, first, outcome="error", error_fen=100, note="多发一元", by=auditor)
    work.look(made, sample, second, outcome="missing", note="无凭证", by=auditor)
    with pytest.raises(SampleDone):
        work.look(made, sample, first, outcome="agrees", note="看过", by=auditor)
    said = work.estimate(made, sample)
    assert (said.looked, said.wrong) == (2, 2)
    assert said.found_fen == 100 + lines[1].fen
