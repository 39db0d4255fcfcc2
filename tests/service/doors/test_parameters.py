"""Every parameter of every address is written down as what it is; a new one fails until it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI

import service
from service.doors.table import DOORS
from service.doors.things import ASKED
from service.officers.table import TABLE
from tests.service.doors import parameters
from tests.service.doors.parameters import EVERYBODYS, NAMES, PLAIN, taken


def routes(found: Any) -> Iterator[Any]:
    """Yield every route of an app, of routers inside routers too."""
    for route in found.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner)
        elif hasattr(route, "dependant"):
            yield route


def is_for_everything(name: str) -> bool:
    """Return whether only duties that no place and no programme limits pass an address."""
    door = DOORS[name]
    acts = (*door.acts, *door.one_of)
    return bool(acts) and all(TABLE[act].reach == "everything" for act in acts)


def addresses(app: FastAPI) -> dict[str, set[str]]:
    """Return {address: what it takes} of those that officers of a place or programme may ask."""
    return {
        name: set(taken(route.dependant))
        for route in routes(app)
        for name in (f"{method} {route.path}" for method in route.methods - {"HEAD"})
        if name in DOORS and not DOORS[name].is_open and not is_for_everything(name)
    }


def test_every_parameter_is_written_down(app: FastAPI) -> None:
    unlisted = [
        f"{name}: {one}"
        for name, found in addresses(app).items()
        for one in sorted(found)
        if one not in PLAIN and one not in NAMES.get(name, ()) and (name, one) not in EVERYBODYS
    ]
    assert unlisted == []


def test_what_is_written_down_is_there(app: FastAPI) -> None:
    found = addresses(app)
    by_hand = {name for name in NAMES if "/exceptions" in name and "/api/" not in name}
    gone = [
        f"{name}: {one}"
        for name, named in NAMES.items()
        for one in named
        if one not in found.get(name, set()) and name not in by_hand
    ]
    gone += [f"{name}: {one}" for name, one in EVERYBODYS if one not in found.get(name, set())]
    assert gone == []
    assert by_hand <= set(found)


def test_nobody_else_reads_a_query_or_form_by_hand() -> None:
    root = Path(service.__file__).parent
    found = {
        f"service/{path.relative_to(root).as_posix()}"
        for path in root.rglob("*.py")
        if re.search(r"\.query_params\b|\brequest\.form\(|\.json\(\)", path.read_text("utf-8"))
    }
    assert found == set(parameters.READ_BY_HAND)


def test_every_part_of_a_path_is_checked_or_written_down() -> None:
    named = {one for door in DOORS for one in re.findall(r"\{(\w+)\}", door)}
    known = set(ASKED) | parameters.PATHS_CHECKED_BEHIND | parameters.PATHS_OF_NOBODY
    assert named == known
