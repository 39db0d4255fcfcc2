"""When the year's money is short everybody gets the same share now, and the rest when it comes."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.compare import adds_up, compare
from service.batches.instalments.problems import NotBeforeReview, NotShort, ShareUnusable
from service.batches.instalments.release import release_waiting
from service.batches.instalments.share import SHARES
from service.batches.instalments.short import shortage
from service.batches.instalments.split import split
from service.batches.models import Batch, Payment
from service.batches.release import NeedsData, release
from service.enquiry.answer import answer
from service.ledger.appropriate import AppropriationExceeded
from service.officers.models import Officer
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import PAY_DAY, county_batch, due, frozen, payee
from tests.factories.officers import OfficerFactory, staff
from tests.factories.residents import FeedRecordFactory
from tests.service.batches.reading import text_of
from tests.service.batches.short_money import YEAR, give, lines_in
from tests.service.web.browsing import SignInAs

AMOUNTS = st.lists(st.integers(1, 10**7), min_size=1, max_size=40)


def _share(session: Session, amounts: list[tuple[int, int]], now: int) -> dict[int, int]:
    listed = ", ".join(f"({number}::bigint, {fen}::bigint)" for number, fen in amounts)
    lines = f"SELECT * FROM (VALUES {listed}) given (id, amount_fen)"
    rows = session.execute(text(SHARES.format(lines=lines)), {"now": now})
    return {row.id: int(row.now_fen) for row in rows}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(amounts=AMOUNTS, part=st.integers(1, 10_000), order=st.randoms(use_true_random=False))
def test_a_share_is_exact_fair_and_the_same_in_any_order(
    session: Session, amounts: list[int], part: int, order: object
) -> None:
    whole = sum(amounts)
    now = max(1, whole * part // 10_000)
    lines = list(enumerate(amounts, start=1))
    found = _share(session, lines, now)
    assert sum(found.values()) == now
    for number, fen in lines:
        assert 0 <= found[number] <= fen
        assert abs(found[number] * whole - fen * now) < whole, "off by a whole fen"
    ranked = sorted(lines, key=lambda one: one[1])
    for (one, less), (other, more) in pairwise(ranked):
        if less < more:
            assert found[one] <= found[other]
        else:
            assert abs(found[one] - found[other]) <= 1
    shuffled = lines.copy()
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _share(session, shuffled, now) == found


LIVE = """
SELECT coalesce(sum(p.amount_fen) FILTER (WHERE b.id = :batch AND {payable}), 0)::bigint,
       coalesce(sum(p.amount_fen) FILTER (WHERE {payable} OR p.state = 'held' AND p.id IN (
           SELECT waiting_id FROM instalment_parts WHERE released_at IS NULL)), 0)::bigint
FROM payments p JOIN batches b ON b.id = p.batch_id
WHERE b.programme = 'MZ15' AND left(b.month, 4) = '2026' AND b.kind <> 'reissue'
""".format(
    payable="b.state IN ('draft', 'returned', 'frozen', 'noticed') AND p.state IN ('ready', 'frozen')"
)


def as_counted(session: Session) -> None:
    """Compare how the money stands for every list with sums over every line."""
    session.flush()
    for batch in session.scalars(select(Batch)).all():
        counted = session.execute(text(LIVE), {"batch": batch.id}).one()
        money = shortage(session, batch)
        assert (money.wanted_fen, money.asked_fen) == tuple(counted)


@pytest.fixture
def short(made: Session) -> Batch:
    """Four lines of 100.01 to 100.04 yuan, and 240 yuan for them."""
    batch = county_batch(made)
    give(made, 24_000)
    return batch


@pytest.fixture
def maker(made: Session) -> Officer:
    officer: Officer = OfficerFactory.create()
    return officer


def test_each_line_is_cut_and_its_rest_waits(made: Session, short: Batch, maker: Officer) -> None:
    """Situation 68: never first come; the right stays, and each line says what is paid and what waits."""
    one = split(made, short, by=maker)
    now, later = lines_in(made, "ready"), lines_in(made, "held")
    assert (one.due_fen, one.now_fen, one.lines) == (40_010, 24_000, 4)
    assert sum(line.amount_fen for line in now) == 24_000
    rests = {line.mends_id: line for line in later}
    dues = []
    for line in now:
        rest = rests[line.id]
        dues.append(line.amount_fen + rest.amount_fen)
        assert line.entitled_fen == rest.entitled_fen == dues[-1]
        assert (rest.line_type, rest.decision_id) == ("instalment", line.decision_id)
    assert dues == [10_001, 10_002, 10_003, 10_004]
    with pytest.raises(NeedsData):
        release(made, later[0], by=maker, reason="先发")
    # What is compared is what is due, and no right changed.
    said = compare(made, short)
    assert (said["this"], adds_up(said)) == ({"count": 4, "amount_fen": 40_010}, True)


def test_money_that_comes_makes_a_list_of_the_rests(
    made: Session, short: Batch, maker: Officer
) -> None:
    """Situation 68: the money is short, so everybody gets the same share, and the rest when it comes."""
    people = staff()
    split(made, short, by=maker)
    frozen(made, short, people)
    approve(made, short, by=people.reviewer, on=PAY_DAY)
    give(made, 24_000)
    release_waiting(made, "MZ15", str(YEAR))
    assert made.scalar(select(func.count()).select_from(Batch)) == 1
    give(made, 40_010)
    for _ in range(2):
        release_waiting(made, "MZ15", str(YEAR))
    rest = made.scalars(select(Batch).where(Batch.kind == "instalment")).one()
    assert (rest.batch_no, rest.comparison) == ("MZ15-2026-10-02", {})
    lines = made.scalars(select(Payment).where(Payment.batch_id == rest.id)).all()
    assert sum(line.amount_fen for line in lines) == 40_010 - 24_000
    frozen(made, rest, people)
    approve(made, rest, by=people.reviewer, on=PAY_DAY)
    by_person: dict[int, int] = {}
    for line in made.scalars(select(Payment)):
        assert line.state == "frozen"
        by_person[line.subject_id] = by_person.get(line.subject_id, 0) + line.amount_fen
    assert sorted(by_person.values()) == [10_001, 10_002, 10_003, 10_004]


def test_shortage_is_what_summing_every_line_would_give(
    made: Session, short: Batch, maker: Officer
) -> None:
    people = staff()
    other = county_batch(made, 2, month="2026-09")
    as_counted(made)
    split(made, short, by=maker)
    as_counted(made)
    split(made, other, by=maker)
    as_counted(made)
    frozen(made, short, people)
    approve(made, short, by=people.reviewer, on=PAY_DAY)
    as_counted(made)
    give(made, 10**6)
    release_waiting(made, "MZ15", str(YEAR))
    as_counted(made)
    assert shortage(made, short).wanted_fen == 0


def test_a_rest_that_is_short_again_is_divided_again(
    made: Session, short: Batch, maker: Officer
) -> None:
    people = staff()
    split(made, short, by=maker)
    frozen(made, short, people)
    approve(made, short, by=people.reviewer, on=PAY_DAY)
    give(made, 24_003)
    release_waiting(made, "MZ15", str(YEAR))
    rest = made.scalars(select(Batch).where(Batch.kind == "instalment")).one()
    again = split(made, rest, by=maker)
    # Three fen for four people: one waits with the whole of the rest.
    assert (again.now_fen, again.lines) == (3, 4)
    assert [line.amount_fen for line in lines_in(made, "ready")] == [1, 1, 1]
    give(made, 50_000)
    release_waiting(made, "MZ15", str(YEAR))
    total: dict[int, int] = {}
    for line in made.scalars(select(Payment)):
        assert line.state in ("frozen", "ready")
        total[line.subject_id] = total.get(line.subject_id, 0) + line.amount_fen
    assert sorted(total.values()) == [10_001, 10_002, 10_003, 10_004]


def test_two_open_lists_get_the_same_share(made: Session, maker: Officer) -> None:
    batches = [county_batch(made, 3), county_batch(made, 5, month="2026-11")]
    give(made, 40_000)
    shares = [shortage(made, batch).share_fen for batch in batches]
    wanted = [shortage(made, batch).wanted_fen for batch in batches]
    assert sum(shares) in (39_999, 40_000)
    assert abs(shares[0] * wanted[1] - shares[1] * wanted[0]) < 2 * max(wanted)
    with pytest.raises(ShareUnusable):
        split(made, batches[0], by=maker, now_fen=wanted[0] - 1)
    for batch, share in zip(batches, shares, strict=True):
        # That the first list gave something up gives the second no more than it.
        assert split(made, batch, by=maker).now_fen == share
    for batch in batches:
        with pytest.raises(NotShort):
            split(made, batch, by=maker)


def test_what_is_not_divided(made: Session, short: Batch, maker: Officer) -> None:
    for wrong in (0, -1, 24_001):
        with pytest.raises(ShareUnusable):
            split(made, short, by=maker, now_fen=wrong)
    give(made, 50_000)
    with pytest.raises(NotShort):
        split(made, short, by=maker)
    frozen(made, short, staff())
    with pytest.raises(NotBeforeReview):
        split(made, short, by=maker)


def test_who_died_meanwhile_is_held_for_that_and_the_others_are_listed(
    made: Session, short: Batch, maker: Officer
) -> None:
    people = staff()
    split(made, short, by=maker)
    frozen(made, short, people)
    approve(made, short, by=people.reviewer, on=PAY_DAY)
    dead = lines_in(made, "held")[0]
    for feed in ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(
            feed=feed, person_id=dead.subject_id, data={"death_date": "2026-10-20"}
        )
    give(made, 40_010)
    release_waiting(made, "MZ15", str(YEAR))
    rest = made.scalars(select(Batch).where(Batch.kind == "instalment")).one()
    listed = select(Payment.state).where(Payment.batch_id == rest.id)
    assert made.scalars(listed).all() == ["ready"] * 3
    open_holds = text(
        "SELECT control FROM payment_holds WHERE payment_id = :line AND cleared_at IS NULL"
    )
    assert made.scalars(open_holds, {"line": dead.id}).all() == ["payee_dead"]


def test_the_database_lets_no_line_be_cut_otherwise(
    made: Session, short: Batch, maker: Officer
) -> None:
    line = lines_in(made, "ready")[0]
    attacks = (
        f"UPDATE payments SET amount_fen = amount_fen - 1 WHERE id = {line.id}",
        f"UPDATE payments SET amount_fen = amount_fen - 1, entitled_fen = amount_fen WHERE id = {line.id}",
        f"UPDATE payments SET entitled_fen = amount_fen + 1 WHERE id = {line.id}",
    )
    for attack in attacks:
        with pytest.raises(IntegrityError, match="never edited"), made.begin_nested():
            made.execute(text(attack))
    split(made, short, by=maker)
    later = lines_in(made, "held")[0]
    for attack in (
        *attacks,
        f"UPDATE payments SET state = 'ready' WHERE id = {later.id}",
        "UPDATE instalment_parts SET waiting_fen = waiting_fen - 1",
        "DELETE FROM instalment_parts",
        "UPDATE instalment_splits SET now_fen = now_fen + 1",
    ):
        with pytest.raises(DBAPIError), made.begin_nested():
            made.execute(text(attack))


def test_the_page_shows_what_each_gets_and_divides(
    made: Session, short: Batch, sign_in_as: SignInAs
) -> None:
    browser, home = sign_in_as("maker"), f"/batches/{short.batch_no}"
    assert "本年度预算不足以支付" in text_of(browser.get(home).text)
    page = text_of(browser.get(f"{home}/instalments").text)
    assert "本清单按比例可发 240.00 元" in page
    assert "每笔先发 59.98%" in page
    assert "100.01 59.99 40.02" in page
    too_much = browser.submit(f"{home}/instalments", {"amount": "300.00"})
    assert too_much.status_code == 422
    assert browser.get(f"{home}/instalments?amount=x").status_code == 422
    done = browser.submit(f"{home}/instalments", {"amount": "240.00"})
    assert done.status_code == 303
    assert "分期发放：应发 400.10 元，本次发放 240.00 元" in text_of(browser.get(home).text)
    after = text_of(browser.get(f"{home}/instalments").text)
    assert "余额 4 笔、160.10 元待追加预算后自动列入新清单" in after
    said = browser.get(f"/api/batches/{short.batch_no}/instalments").json()
    assert (said["waiting_lines"], said["waiting_fen"]) == (4, 16_010)
    assert sign_in_as("reviewer").post(f"{home}/instalments").status_code == 403


def test_the_resident_reads_how_much_now_and_how_much_later(
    made: Session, short: Batch, maker: Officer
) -> None:
    split(made, short, by=maker)
    person = next(
        line for line in lines_in(made, "ready") if line.entitled_fen == 10_001
    ).subject_id
    said = [line.sentence for line in answer(made, person, "2026-10").lines]
    assert "This is 59.98% of 100.01 yuan due" in said[0]
    assert said[1].startswith("40.02 yuan of")
    assert "the rest of 100.01 yuan due; they follow when the money is there" in said[1]


def test_a_month_after_a_split_sees_no_change_of_anybodys_right(
    made: Session, short: Batch, maker: Officer
) -> None:
    split(made, short, by=maker)
    november = AssessmentFactory.create(month="2026-11")
    for line in lines_in(made, "ready"):
        due(november, made.get_one(type(payee()), line.subject_id), line.entitled_fen)
    later = build(made, november, "MZ15", by=SYSTEM)
    assert later is not None
    assert later.comparison["changed"]["count"] == 0
    assert later.comparison["last"] == later.comparison["this"]


def test_nobody_approves_in_full_what_the_money_does_not_cover(made: Session, short: Batch) -> None:
    people = staff()
    frozen(made, short, people)
    with pytest.raises(AppropriationExceeded):
        approve(made, short, by=people.reviewer, on=PAY_DAY)
