"""All of the first wave is decided in a county of 20,000 from what its departments deliver."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eligibility_rules import load_rules
from tests.service.demo.county_run import CountyRun

pytestmark = pytest.mark.slow

MONTH = "2026-10"
RULES = load_rules()
FIRST_WAVE = sorted(code for code, one in RULES.programmes.items() if one.wave == 1)
_NOT_PAYABLE = {
    "FG01": "set off in the electricity bill, never paid to a card: not assessed monthly",
    "JS02": "rent support is paid at the end of a quarter",
    "NY02": "a season's grain is paid in June and December",
    "NY07": "half a year's carcasses are added up in June and December",
    "WJ09": "guardians are paid after the yearly review, from November",
}
"""Programmes that are not payable in October, and why."""
_NOBODY = {"YJ03": "winter relief is paid from January to May"}
"""Payable programmes nobody can be due in October, and why."""
_MISSING = {
    "MZ01": ("check_missing",),
    "MZ08": ("check_missing",),
    "MZ09": ("assessment_expired",),
    "MZ17": ("check_missing", "assessment_expired"),
}
"""Who decides by a check of means or an assessment, which a few have not, on purpose."""


def _assessed(home: Path, residents: int, month: str) -> CountyRun:
    """Make a county, take over both months and press the button, as an operator would."""
    found = CountyRun(home)
    county = home / "county-made"
    size = ("--residents", str(residents), "--seed", "7")
    found.anxin("county", "make", str(county), *size, "--month", month)
    for folder in sorted(path for path in county.iterdir() if path.is_dir()):
        found.anxin("feeds", "import-dir", str(folder))
    found.anxin("month", "run", month)
    return found


def _counts(run: CountyRun, month: str) -> dict[str, dict[str, int]]:
    """Return {programme: {due, not_due, unknown, amount_fen}} of a month."""
    with run.database() as connection:
        row = connection.execute("SELECT counts FROM assessments WHERE month = %s", [month])
        found: dict[str, dict[str, int]] = (row.fetchone() or [{}])[0]
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyRun]:
    found = _assessed(tmp_path_factory.mktemp("first-wave"), 20_000, MONTH)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def counts(run: CountyRun) -> dict[str, dict[str, int]]:
    return _counts(run, MONTH)


def test_seventy_programmes_are_of_the_first_wave() -> None:
    assert len(FIRST_WAVE) == 70


def test_every_programme_of_the_first_wave_is_due_to_somebody(
    counts: dict[str, dict[str, int]],
) -> None:
    assert set(FIRST_WAVE) - set(counts) == set(_NOT_PAYABLE), _NOT_PAYABLE
    nobody = {code for code in counts if code in FIRST_WAVE and counts[code]["due"] == 0}
    assert nobody == set(_NOBODY), _NOBODY


@pytest.mark.parametrize(
    ("month", "codes"),
    [("2025-12", {"JS02", "NY02", "NY07", "WJ09"}), ("2026-03", {"YJ03"})],
)
def test_what_october_does_not_pay_is_due_in_its_own_month(
    tmp_path: Path, month: str, codes: set[str]
) -> None:
    run = _assessed(tmp_path, 2_000, month)
    try:
        counts = _counts(run, month)
    finally:
        run.stop()
    assert all(counts[code]["due"] > 0 for code in codes), {c: counts[c] for c in codes}


def test_every_programme_refuses_most_people(counts: dict[str, dict[str, int]]) -> None:
    assert all(counts[code]["not_due"] > counts[code]["due"] for code in counts if code != "NY01")


def test_nobody_is_unknown_but_for_what_is_missing_on_purpose(
    run: CountyRun, counts: dict[str, dict[str, int]]
) -> None:
    open_ones = {code for code in FIRST_WAVE if counts.get(code, {}).get("unknown")}
    assert open_ones <= set(_MISSING)
    truth = run.truth()
    for code in open_ones:
        planted = sum(len(truth[category]) for category in _MISSING[code])
        assert counts[code]["unknown"] <= planted, code


def test_amounts_are_of_a_size_a_county_pays(counts: dict[str, dict[str, int]]) -> None:
    for code, figures in counts.items():
        if figures["due"]:
            each_yuan = figures["amount_fen"] / figures["due"] / 100
            assert 8 <= each_yuan <= 40_000, (code, each_yuan)


def test_late_comers_are_decided_as_the_truth_says(run: CountyRun) -> None:
    planted: dict[tuple[str, str], str] = {}
    others: set[str] = set()
    for category, entries in run.truth().items():
        for entry in entries:
            if category == "late_comer":
                planted[entry["person"], entry["what"][:4]] = entry["expected"]
            elif category not in {"date_as_text", "name_dot_variant"}:
                others.add(entry["person"])
    assert len(planted) > 300
    looked_at = {True: 0, False: 0}
    with run.database() as connection:
        due = {
            (row[0], row[1])
            for row in connection.execute(
                "SELECT d.programme, d.subject_id FROM decisions d JOIN assessments a "
                "ON a.id = d.assessment_id WHERE a.month = %s AND d.outcome = 'due' "
                "AND d.subject_kind = 'person'",
                [MONTH],
            )
        }
        for (number, code), expected in planted.items():
            subject = RULES.programmes[code].subject.value
            if number in others or subject != "person":
                continue
            wanted = expected.startswith("due")
            person = run.person_of(connection, number)
            assert ((code, person) in due) == wanted, (code, expected)
            looked_at[wanted] += 1
    assert min(looked_at.values()) > 3, looked_at
