"""What the feeds say they tell is what rules may know, and registers come before what others noted."""

from typing import Any

import pytest

from eligibility_rules import load_rules
from service.residents import feeds
from service.residents.models import Household, Person
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import County

# Personal text, and what is no value to compare: no snapshot holds the former.
NEVER_TOLD = {
    "p.id18", "p.name", "dis.cert_no", "child.guardian_id18", "acct.card_no", "acct.holder_name",
    "p.resident_code",
}  # fmt: skip


def test_every_fact_a_feed_tells_is_one_that_rules_may_know() -> None:
    catalogue = load_rules().facts
    told = {source.fact for feed in feeds.every().values() for source in feed.facts}
    known = {*catalogue.facts, *catalogue.derived}
    assert told - known == NEVER_TOLD
    assert not NEVER_TOLD & known


def test_a_fact_names_only_feeds_that_tell_it() -> None:
    for fact in load_rules().facts.facts.values():
        sources = [feed.code for feed in feeds.sources_of(fact.name)]
        kept = [code for code in sources if code in fact.feeds]
        if sources:
            # In the order in which they are believed.
            assert list(fact.feeds) == kept, fact.name


def _together(county: County, *members: Person) -> Household:
    home = county.household()
    for member in members:
        county.says(
            "MZ_SA", member, home,
            head_person_id=members[0].id, category="低保", size=len(members), status="在保",
            approved_date="2025-03-04",
        )  # fmt: skip
    county.says(
        "MZ_CHECK", members[0],
        cars=9, houses=8, house_area_pc=7_000, nonres_house=True, equity_total_fen=600,
        authorised=True, refused_check=False, report_date="2026-10-01",
    )  # fmt: skip
    return home


def _means(county: County, home: Household) -> tuple[Any, ...]:
    row = county.table("household")[home.id]
    names = ("cars", "houses", "house_area_pc", "nonres_house", "equity_total_fen")
    return tuple(row[f"hh__{name}"] for name in names)


def test_without_the_registers_the_check_speaks(county: County) -> None:
    assert _means(county, _together(county, county.person())) == (9, 8, 7_000, True, 600)


def test_registers_that_are_silent_say_none(county: County) -> None:
    home = _together(county, county.person())
    for feed in ("GA_VEH", "ZR_REAL", "SC_CO"):
        county.delivers(feed)
    assert _means(county, home) == (0, 0, 0, False, 0)


def test_what_the_members_own_is_added_up_and_shared_things_count_once(county: County) -> None:
    head, wife = county.person(), county.person()
    home = _together(county, head, wife)
    since: dict[str, Any] = {"registered_on": "2020-01-01"}
    for person, plate, kind in (
        (head, "1", "小型汽车"), (wife, "2", "普通二轮摩托"), (wife, "3", "机动轮椅车"),
        (wife, "4", "大型汽车"),
    ):  # fmt: skip
        county.says("GA_VEH", person, plate=plate, kind=kind, status="正常", **since)
    county.says("GA_VEH", head, plate="5", kind="小型汽车", status="报废", **since)
    county.says("GA_VEH", head, plate="6", kind="大型汽车", status="正常", use="营运", **since)
    for person in (head, wife):
        county.says(
            "ZR_REAL", person, unit_no="A", use="住宅", area=12_000, share_bp=5_000,
            status="现势", **since,
        )  # fmt: skip
    county.says("ZR_REAL", wife, unit_no="B", use="宅基地住房", area=8_000, status="历史", **since)
    county.says("ZR_REAL", wife, unit_no="C", use="商业", area=3_000, status="现势", **since)
    for role in ("法定代表人", "股东"):
        county.says(
            "SC_CO", head, uscc="X", role=role, kind="公司", subscribed_fen=10_000_000,
            established_on="2019-01-01", status="存续",
        )  # fmt: skip
    assert _means(county, home) == (2, 1, 6_000, True, 10_000_000)


def test_a_feed_of_higher_precedence_decides_where_it_has_a_value(county: County) -> None:
    both, taxed, fund, nobody = (county.person() for _ in range(4))
    county.says("MZ_CHECK", both, monthly_income_fen=100, report_date="2026-10-01")
    for person in (both, taxed):
        for month, item, amount in (
            ("2026-09", "工资薪金", 900), ("2026-10", "工资薪金", 200), ("2026-10", "劳务报酬", 50),
            ("2026-10", "社保费", 7_000), ("2026-12", "工资薪金", 1),
        ):  # fmt: skip
            county.says("SW_TAX", person, month=month, item=item, amount_fen=amount)
    county.says("GJJ", fund, base_fen=300, status="正常")
    table = county.table("person")
    told = {one.id: table[one.id]["p__monthly_income_fen"] for one in (both, taxed, fund, nobody)}
    assert told == {both.id: 100, taxed.id: 250, fund.id: 300, nobody.id: None}


def test_the_banks_own_answer_comes_before_the_card_offices(county: County) -> None:
    asked, unasked, shared = (county.person() for _ in range(3))
    for person, card in ((asked, "k1"), (unasked, "k2"), (shared, "k2")):
        county.says("RS_CARD", person, card_no_index=card, status="正常")
    county.says(
        "BK_RET", asked, card_no_index="k1", verdict="不一致", status="销户",
        verified_on="2026-11-02",
    )  # fmt: skip
    table = county.table("person")
    names = ("acct__status", "acct__holder_match", "acct__shared_by")
    assert [table[asked.id][name] for name in names] == ["销户", False, 1]
    assert [table[unasked.id][name] for name in names] == ["正常", None, 2]


@pytest.mark.parametrize(
    ("feed", "data", "column", "value"),
    [
        ("LY_FOR", {"kind": "公益林", "area_milli_mu": 2_500, "owner": "个人"}, "fst__gyl_area_milli_mu", 2_500),
        ("JY_STU", {"stage": "普高", "status": "在读", "from_date": "2025-09-01"}, "stu__stage", "普高"),
        ("JY_HE", {"status": "在读", "entry_year": 2026, "level": "本科"}, "stu__new_admit_he", True),
        ("TY_PREF", {"mental": True, "disability_grade": 5, "recognised_on": "2020-01-01"}, "vet__psy_5_6", True),
        ("TY_SERV", {"enlisted_on": "2001-12-01", "discharged_on": "2013-11-30"}, "vet__service_years_total", 11),
        ("RS_JOB", {"employment": "失业", "retires_on": "2030-12-31"}, "emp__years_to_retire", 5),
        ("YB_INS", {"year": 2026, "insured": "居民", "serious_ill": True}, "sa__serious_ill", True),
        ("YB_INS", {"year": 2025, "insured": "居民", "serious_ill": True}, "sa__serious_ill", None),
        ("NY_VETR", {"kind": "扑杀", "heads": 12, "recorded_on": "2026-11-03"}, "ani__cull_heads", 12),
        ("NY_VETR", {"kind": "扑杀", "heads": 12, "recorded_on": "2026-10-03"}, "ani__cull_heads", 0),
        ("NY_VETR", {"kind": "无害化处理", "heads": 12, "recorded_on": "2026-07-01"}, "ani__dead_heads", 12),
        ("NY_VETR", {"kind": "无害化处理", "heads": 12, "recorded_on": "2026-06-30"}, "ani__dead_heads", 0),
        ("YJ_DIS", {"collapsed_rooms": 2, "happened_on": "2026-07-01"}, "dst__collapsed", True),
        ("MZ_MAR", {"register_kind": "结婚", "registered_on": "2010-05-05"}, "p__marital", "已婚"),
        ("MZ_CHILD", {"class": "孤儿", "recognised_on": "2020-01-01", "ended_on": "2026-11-30"}, "child__orphan", False),
        ("CZ_PAY", {"on_payroll": True, "category": "编外"}, "p__fin_payroll", False),
        ("GA_EXIT", {"left_on": "2026-02-01", "returned_on": "2026-05-12"}, "p__abroad_days_12m", 100),
    ],
)  # fmt: skip
def test_a_record_tells_its_fact(
    county: County, feed: str, data: dict[str, Any], column: str, value: object
) -> None:
    person = county.person()
    county.says(feed, person, **data)
    assert county.fact(person, column) == value


def test_land_that_was_built_on_is_what_the_land_register_says(county: County) -> None:
    head, home = county.person(), county.household("land")
    contract = {"contract_area_milli_mu": 3_500, "division": "330523100200", "contractor_no": "K1"}
    FeedRecordFactory.create(
        feed="NY_LAND", person=head, household=home, data=contract,
        delivery=DeliveryFactory.create(feed="NY_LAND"),
    )  # fmt: skip
    county.says(
        "NY_PLANT", None, home, year=2026, converted_area_milli_mu=100,
        declared_area_milli_mu=3_000, remote_area_milli_mu=2_700,
    )  # fmt: skip
    assert county.table("land")[home.id]["land__converted_area_milli_mu"] == 100
    county.says(
        "ZR_REAL", head, unit_no="U", use="农用地占用", contractor_no="K1", occupied_milli_mu=400,
        registered_on="2025-12-31",
    )  # fmt: skip
    row = county.table("land")[home.id]
    assert row["land__converted_area_milli_mu"] == 400
    assert row["land__remote_sense_diff_bp"] == 1_000


def test_land_taken_in_a_year_is_told_from_the_next_one(county: County) -> None:
    """Situation 66: taken for a factory in June; this year's roll stands, the next is smaller."""
    head, home = county.person(), county.household("land")
    contract = {"contract_area_milli_mu": 3_500, "division": "330523100200", "contractor_no": "K1"}
    FeedRecordFactory.create(
        feed="NY_LAND", person=head, household=home, data=contract,
        delivery=DeliveryFactory.create(feed="NY_LAND"),
    )  # fmt: skip
    for year in (2026, 2027):
        county.says("NY_PLANT", None, home, year=year, converted_area_milli_mu=0)
    county.says(
        "ZR_REAL", head, unit_no="U", use="农用地占用", contractor_no="K1", occupied_milli_mu=400,
        registered_on="2026-06-15",
    )  # fmt: skip
    told = [county.table("land", month)[home.id] for month in ("2026-06", "2026-12", "2027-01")]
    assert [row["land__converted_area_milli_mu"] for row in told] == [0, 0, 400]
