"""Registers that contradict the economic check of households which no programme pays for it."""

from service.demo.county.assistance import Case
from service.demo.county.checks import Check
from service.demo.county.free_people import FreePeople

CAR, HOUSE, EQUITY = "contradicts_cars", "contradicts_houses", "contradicts_equity"
_WHAT = {
    CAR: ("GA_VEH", "one car registered, MZ_CHECK says 0"),
    HOUSE: ("ZR_REAL", "two dwellings registered, MZ_CHECK says 1"),
    EQUITY: ("SC_CO", "500,000 yuan of capital registered, MZ_CHECK says 0"),
}


def draw_contradictions(
    cases: list[Case], checks: list[Check], free: FreePeople
) -> dict[str, list[int]]:
    """Return heads of 低边 and 支出型 households by what contradicts their check.

    Only households with assistance that 低保 does not pay: what is paid stays as it is.
    """
    found: dict[str, list[int]] = {name: [] for name in _WHAT}
    checked = {check.members[0] for check in checks if not (check.cars or check.equity)}
    heads = [
        case.members[0]
        for case in cases
        if case.category in {"低边", "支出型"}
        and case.members[0] in checked
        and all(free.is_free(member) for member in case.members)
    ]
    for turn, name in enumerate(_WHAT):
        feed, what = _WHAT[name]
        for head in heads[turn : max(3, len(heads) // 8) : 3]:
            expected = "the register decides; task for both departments"
            free.tell(head, name, what, expected, feed=feed)
            found[name].append(head)
    return found
