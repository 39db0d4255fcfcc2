"""Addresses of the rules: the guide for everybody, the browser and the proposals for who may read them."""

from service.doors.door import OPEN, Door, by

RULES: dict[str, Door] = {
    "GET /programmes": OPEN,
    "GET /programmes/{code}": OPEN,
    "GET /api/programmes": OPEN,
    "GET /api/programmes/{code}": OPEN,
    "GET /api/programmes/{code}/came": OPEN,
    "GET /rules/new": by("rules.propose"),
    "POST /rules/new": by("rules.propose"),
    "GET /rules/{number}/edit": by("rules.propose"),
    "POST /rules/{number}/edit": by("rules.propose"),
    "GET /rules/programmes": by("rules.read"),
    "GET /rules/programmes/{code}": by("rules.read"),
    "GET /rules/figures": by("rules.read"),
    "GET /rules/figures/{name}": by("rules.read"),
    "GET /rules/versions": by("rules.read"),
    "GET /rules": by("rules.read"),
    "GET /rules/{name}": by("rules.read"),
    "GET /rules/{name}/effects.csv": by("rules.read"),
    "POST /rules/{name}/{act}": by("rules.read"),
}
