"""The decision table over every act, duty, place, programme, state, history and conflict."""

import ast
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.officers.may import (
    Matter,
    NotAllowed,
    NotNow,
    Verdict,
    acts_for,
    decide,
    may,
    require,
)
from service.officers.models import ALONE, DUTIES, Officer
from service.officers.scopes import Scope, scopes_of
from service.officers.table import CHANGES_MONEY, TABLE, Row
from service.programmes.catalogue import departments

SERVICE = Path(__file__).parents[3] / "service"
COUNTY, TOWN, VILLAGE, OTHER = "330111", "330111001", "330111001002", "330111002"
PLACES = ("", COUNTY, TOWN, VILLAGE, f"{TOWN}000", OTHER, f"{OTHER}003", "440222")
CODES = sorted(departments())[:3]
STATES = [*sorted({state for row in TABLE.values() for state in row.states}), "sent"]

acts = st.sampled_from(sorted(TABLE))
places = st.sampled_from(PLACES)


@st.composite
def scopes(draw: st.DrawFn) -> dict[str, object]:
    first = draw(st.sampled_from([-1, 0, 1]))
    last = draw(st.sampled_from([None, -1, 0, 5]))
    today = clock.today()
    return {
        "division": draw(places),
        "programmes": draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True)),
        "departments": draw(
            st.lists(st.sampled_from(sorted(set(departments().values()))), max_size=1)
        ),
        "from": (today + timedelta(days=first)).isoformat(),
        "to": None if last is None else (today + timedelta(days=last)).isoformat(),
    }


@st.composite
def officers(draw: st.DrawFn) -> Officer:
    duties = draw(st.sets(st.sampled_from(DUTIES), max_size=3))
    written = {duty: draw(st.lists(scopes(), max_size=2)) for duty in duties if draw(st.booleans())}
    return Officer(
        id=ids.uuid7(),
        username="x",
        name="x",
        organisation="x",
        duties=sorted(duties),
        scopes=written,
        division=draw(places),
        active=draw(st.booleans()),
        emergency_until=draw(
            st.sampled_from(
                [
                    None,
                    clock.now() - timedelta(seconds=1),
                    clock.now() + timedelta(hours=1),
                ]
            )
        ),
    )


def _held(officer: Officer, act: str) -> list[tuple[str, list[str], list[str]]]:
    """Return (place, programmes, departments) of the duties that allow an act today."""
    row, today = TABLE[act], clock.today().isoformat()
    held: list[tuple[str, list[str], list[str]]] = []
    for duty in row.duties & set(officer.duties):
        if duty not in officer.scopes:
            held.append((officer.division, [], []))
        held += [
            (one["division"], one["programmes"], one["departments"])
            for one in officer.scopes.get(duty, [])
            if one["from"] <= today and (one["to"] is None or one["to"] >= today)
        ]
    if row.emergency and officer.emergency_until and officer.emergency_until > clock.now():
        held.append(("", [], []))
    return held if officer.active else []


def _counts(row: Row, held: tuple[str, list[str], list[str]]) -> bool:
    """Say whether a duty of this place and these programmes is wide enough for an act."""
    place, codes, folders = held
    if row.reach == "everything":
        return not place and not codes and not folders
    return row.reach != "county" or not place


def _expected(officer: Officer, act: str, about: Matter | None) -> str:
    """Say it again, slowly, from the row and the officer's plain columns."""
    row, held = TABLE[act], _held(officer, act)
    wide = [one for one in held if _counts(row, one)]
    if held and not wide:
        return "too_wide"
    held = wide
    if not held or about is None:
        return "yes" if held else "no_duty"
    ours = [
        place
        for place, codes, folders in held
        if not about.programme
        or (not codes and not folders)
        or about.programme in codes
        or departments().get(about.programme) in folders
    ]
    inside = any(about.division.startswith(place) for place in ours)
    partly = any(place.startswith(about.division) for place in ours)
    refusals = {
        "unseen": not inside and not partly,
        "too_wide": not inside and row.reach != "touching",
        "not_now": bool(row.states and about.state and about.state not in row.states),
        "own_work": row.apart and officer.id in about.done_by,
        "conflict": row.impartial and officer.id in about.conflicted,
    }
    return next((name for name, is_so in refusals.items() if is_so), "yes")


@given(
    officers(),
    acts,
    st.none()
    | st.builds(
        Matter,
        division=places,
        programme=st.sampled_from(["", *CODES, "XX99"]),
        state=st.sampled_from(["", *STATES]),
    ),
    st.booleans(),
    st.booleans(),
)
def test_the_table_decides_what_its_columns_say(
    officer: Officer, act: str, about: Matter | None, did: bool, is_paid: bool
) -> None:
    if about is not None:
        me = frozenset([officer.id])
        about = Matter(
            division=about.division,
            programme=about.programme,
            state=about.state,
            done_by=me if did else frozenset(),
            conflicted=me if is_paid else frozenset([UUID(int=7)]),
        )
    expected = _expected(officer, act, about)
    assert decide(officer, act, about) == expected
    assert may(officer, act, about) is (expected == "yes")
    if expected == "yes":
        require(officer, act, about)
        return
    with pytest.raises(Problem) as refusal:
        require(officer, act, about)
    kinds = {"unseen": (NotFound, 404), "not_now": (NotNow, 409)}
    kind, status = kinds.get(expected, (NotAllowed, 403))
    assert isinstance(refusal.value, kind)
    assert refusal.value.status == status
    assert refusal.value.sentence.endswith(".")
    assert refusal.value.sentence_zh.endswith("。")


@pytest.mark.parametrize("duty", DUTIES)
def test_each_act_by_each_duty_in_each_place_and_state(duty: str) -> None:
    for (act, row), place in product(TABLE.items(), PLACES):
        officer = Officer(
            id=ids.uuid7(), duties=[duty], scopes={}, division=place, active=True,
            username="x", name="x", organisation="x",
        )  # fmt: skip
        for of_thing in PLACES:
            for state in ["", *STATES]:
                said = may(officer, act, Matter(division=of_thing, state=state))
                near = of_thing.startswith(place) or (
                    row.reach == "touching" and place.startswith(of_thing)
                )
                near = near and (row.reach in ("within", "touching") or not place)
                fits = not row.states or not state or state in row.states
                assert said is (duty in row.duties and near and fits), (act, place, of_thing, state)


@given(officers(), st.text(max_size=20))
def test_an_act_that_nobody_wrote_down_is_nobodys(officer: Officer, act: str) -> None:
    if act not in TABLE:
        assert decide(officer, act) is Verdict.NO_DUTY


@given(officers())
def test_the_three_without_power_over_money_decide_nothing(officer: Officer) -> None:
    officer.duties = [duty for duty in officer.duties if duty in ALONE]
    assert not acts_for(officer) & CHANGES_MONEY


def test_an_emergency_only_reads() -> None:
    officer = Officer(
        id=ids.uuid7(), duties=[], scopes={}, division="", active=True, username="x", name="x",
        organisation="x", emergency_until=clock.now() + timedelta(minutes=1),
    )  # fmt: skip
    opened = acts_for(officer)
    assert opened == {act for act, row in TABLE.items() if row.emergency}
    assert all(act.endswith(".read") for act in opened)
    assert not opened & {"audit.read", "officers.read", "rules.read"}
    officer.emergency_until = clock.now() - timedelta(microseconds=1)
    assert acts_for(officer) == frozenset()


def test_a_pattern_in_a_place_opens_nothing() -> None:
    for trick in ("%", "_", "33%", "330111%", "*", "33011_"):
        officer = Officer(
            id=ids.uuid7(), duties=["maker"], scopes={}, division=trick, active=True,
            username="x", name="x", organisation="x",
        )  # fmt: skip
        assert not may(officer, "batches.resolve", Matter(division=VILLAGE))


def test_a_duty_counts_from_its_first_day_to_its_last() -> None:
    officer = Officer(
        duties=["maker"], active=True, division="",
        scopes={"maker": [{"division": TOWN, "programmes": [], "departments": [],
                           "from": "2026-11-02", "to": "2026-11-30"}]},
    )  # fmt: skip
    on = {day: scopes_of(officer, "maker", day) for day in (
        date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 1))}  # fmt: skip
    assert list(on.values()) == [(), (Scope(TOWN),), (Scope(TOWN),), ()]


def _used() -> set[str]:
    """Return every text of the code that has the form of an act of the table's nouns."""
    nouns = {act.split(".")[0] for act in TABLE}
    found: set[str] = set()
    for path in SERVICE.rglob("*.py"):
        if path.name in ("table.py", "lifecycle.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    for path in SERVICE.rglob("*.html"):
        found |= set(re.findall(r"may\(\"([a-z_.]+)\"\)", path.read_text(encoding="utf-8")))
    return {text for text in found if text.split(".")[0] in nouns}


def _asked() -> set[str]:
    """Return the acts that calls of ``may``, ``require`` and ``register`` ask the table about."""
    found: set[str] = set()
    for path in SERVICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in ("may", "require", "within", "reaches", "allowing"):
                words = [one for arg in node.args[:2] for one in ast.walk(arg)]
                found |= {
                    one.value
                    for one in words
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return {text for text in found if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}


def test_every_act_that_code_asks_about_stands_in_the_table() -> None:
    asked = _asked()
    assert len(asked) > 30
    assert asked - set(TABLE) == set()


def test_every_row_of_the_table_is_asked_about() -> None:
    # What the pages of notices ask about stands here before they do.
    awaited = {"notices.read", "notices.post", "notices.decide_objection"}
    assert set(TABLE) - _used() <= awaited
