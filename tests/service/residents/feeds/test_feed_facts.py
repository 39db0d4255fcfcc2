"""Every fact that a rule or the catalogue knows is told by a feed, from columns that are there."""

import re
from pathlib import Path

import yaml

import eligibility_rules
from service.residents import feeds

_FACTS_MIN = 248


def _rule_facts() -> dict[str, list[str]]:
    """Return the facts a rule may know, with the feeds that are said to tell them."""
    path = Path(eligibility_rules.__file__).parent / "facts.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: list(fact.get("feeds", ())) for name, fact in content["facts"].items()}


def test_the_feeds_tell_every_fact_of_the_catalogue() -> None:
    assert len(feeds.facts()) >= _FACTS_MIN


def test_the_feeds_tell_every_fact_that_a_rule_may_ask_for() -> None:
    assert _rule_facts().keys() <= feeds.facts().keys()


def test_a_rule_names_no_feed_that_does_not_tell_the_fact() -> None:
    strange = {
        (fact, code)
        for fact, named in _rule_facts().items()
        for code in named
        if code not in {one.code for one in feeds.sources_of(fact)}
    }
    assert strange == set()


def test_every_feed_of_persons_or_land_tells_a_fact() -> None:
    assert [code for code, feed in feeds.every().items() if not feed.facts] == ["TJ_CPI"]


def test_the_first_feed_is_the_one_whose_department_decides() -> None:
    first = {fact: [one.code for one in sources] for fact, sources in feeds.facts().items()}
    assert first["p.death_date"] == ["WJ_DEATH", "MZ_CREM", "GA_DEREG", "FY_COURT"]
    assert first["hh.cars"] == ["GA_VEH", "MZ_CHECK"]
    assert first["hh.equity_total"] == ["SC_CO", "MZ_CHECK"]
    for fact in ("hh.houses", "hh.nonres_house", "hh.house_area_pc"):
        assert first[fact] == ["ZR_REAL", "MZ_CHECK"]
    assert first["p.birth"] == ["GA_HUKOU", "WJ_BIRTH"]
    assert first["acct.card_no"] == ["BK_RET", "RS_CARD"]
    assert first["land.eligible_area"] == ["NY_PLANT", "ZR_REAL"]
    assert feeds.sources_of("p.nothing") == ()


def test_silence_means_that_it_did_not_happen_for_deaths_moves_and_prison_only() -> None:
    assert feeds.event_feeds() == (
        "GA_DEREG", "GA_HUKOU", "GA_MIG", "MZ_CREM", "SF_PRISON", "WJ_DEATH",
    )  # fmt: skip


def test_every_code_has_a_meaning_in_both_languages() -> None:
    for feed in feeds.every().values():
        for column in feed.columns:
            assert column.meanings.keys() == column.codes.keys()
            for meaning in column.meanings.values():
                assert meaning.zh
                assert meaning.en
                assert not re.search("[\u4e00-\u9fff]", meaning.en)


def test_what_could_end_a_benefit_wrongly_can_be_taken_back() -> None:
    for code, field in {
        "WJ_DEATH": "retracted_on",
        "MZ_CREM": "retracted_on",
        "GA_DEREG": "restored_on",
        "FY_COURT": "revoked_on",
    }.items():
        assert feeds.feed(code).valid_to == field
