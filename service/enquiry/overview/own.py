"""What of the counts an officer is shown whose duty is for some townships or some programmes.

Who may read each payment there is told every count of them. Only money and people are counted by
township and programme: a township's ages and days are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from service.enquiry.overview.counts import NONE, Cell, Counts
from service.officers.scopes import Scope

TOWNSHIP_DIGITS = 9


def narrowed(counts: Counts, scopes: Sequence[Scope]) -> Counts:
    """Return the counts within some scopes, in the shape in which the whole county's are.

    The sums over programmes and townships count somebody once for each of them.
    """
    found: Counts = {}
    for (cut, month, programme), cells in counts.items():
        of = [one for one in scopes if one.covers_programme(programme)]
        if not programme or not of:
            continue
        whole = any(not one.division for one in of)
        if cut == "place":
            found["place", month, programme] = seen = {
                key: cell for key, cell in cells.items() if any(one.covers_place(key) for one in of)
            }
            if not whole and seen:
                found["all", month, programme] = {"": _sum(seen.values())}
        elif whole:
            found[cut, month, programme] = dict(cells)
    return found | _together(found)


def within_counts(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return the scopes that are townships or wider; a village is not counted by itself."""
    return tuple(one for one in scopes if len(one.division) <= TOWNSHIP_DIGITS)


def _together(found: Counts) -> Counts:
    sums: dict[tuple[str, str, str], dict[str, Cell]] = defaultdict(dict)
    for (cut, month, _), cells in found.items():
        of_all = sums[cut, month, ""]
        for key, cell in cells.items():
            of_all[key] = of_all.get(key, NONE) + cell
    return dict(sums)


def _sum(cells: Iterable[Cell]) -> Cell:
    found = NONE
    for cell in cells:
        found += cell
    return found
