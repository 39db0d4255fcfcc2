"""A county's own figures take the place of the catalogue's, without touching it."""

from pathlib import Path

import pytest

from eligibility_rules import Month, RuleSet, RulesInvalid, load_canonical, load_rules

STANDARD = """
values:
  - {effective: 2026-07-01, value: '1300', evidence: illustrative, source: 县定（示例）}
  - {effective: 2027-01-01, value: '1350', evidence: illustrative, source: 县定（示例）}
"""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters/dibao_std.yaml").write_text(STANDARD)
    (tmp_path / "county.yaml").write_text("zh: 试县\nen: Trial county\nwaves: [1, 2]\n")
    return tmp_path


def test_a_county_figure_holds_from_its_day_on(rules: RuleSet, county: Path) -> None:
    theirs = load_rules(county=county)
    before, here = rules.parameters["dibao_std"], theirs.parameters["dibao_std"]
    assert here.value(Month(2026, 6)) == before.value(Month(2026, 6))
    assert here.value(Month(2026, 7)) == 130_000
    assert here.value(Month(2027, 3)) == 135_000
    assert here.words == before.words
    assert theirs.programmes["MZ01"].parameters["dibao_std"] == here


def test_the_county_is_part_of_the_digest_and_of_what_is_kept(rules: RuleSet, county: Path) -> None:
    theirs = load_rules(county=county)
    assert theirs.digest != rules.digest
    again = load_canonical(theirs.canonical)
    assert (again.digest, again.county) == (theirs.digest, theirs.county)
    assert again.parameters["dibao_std"] == theirs.parameters["dibao_std"]


def test_a_county_says_which_waves_it_assesses(rules: RuleSet, county: Path) -> None:
    month = Month(2026, 12)
    theirs = {one.code for one in load_rules(county=county).assessed(month)}
    usual = {one.code for one in rules.assessed(month)}
    assert rules.county.waves == {1}
    assert usual <= theirs
    assert all(rules.programmes[code].wave == 1 for code in usual)


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("parameters/no_such.yaml", STANDARD, "parameter_unknown"),
        ("parameters/dibao_std.yaml", "values: []\n", "dates_wrong"),
        ("parameters/dibao_std.yaml", f"type: money\n{STANDARD}", "key_unknown"),
        ("parameters/dibao_std.yaml", STANDARD.replace("'1300'", "'1300.001'"), "literal_wrong"),
        ("county.yaml", "zh: 县\nen: county\nwaves: [one]\n", "number_wrong"),
    ],
)
def test_what_a_county_may_not_say_is_named_with_its_line(
    county: Path, file: str, text: str, code: str
) -> None:
    (county / file).write_text(text)
    with pytest.raises(RulesInvalid) as caught:
        load_rules(county=county)
    assert {(fault.file, fault.code) for fault in caught.value.faults} == {(f"county/{file}", code)}
