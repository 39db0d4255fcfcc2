"""Addresses at which administrators look: how the service does, the banks' channels, the offices."""

from service.doors.door import Door, by

ADMINISTRATION: dict[str, Door] = {
    "GET /health": by("health.read"),
    "GET /api/health": by("health.read"),
    "GET /banks": by("banks.read"),
    "GET /banks/{code}": by("banks.read"),
    "GET /api/banks": by("banks.read"),
    "GET /api/banks/{code}": by("banks.read"),
    "GET /organisations": by("organisations.read"),
    "GET /api/organisations": by("organisations.read"),
}
