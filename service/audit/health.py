"""How witnesses, time-stamps and the nightly verification do: for whoever watches the service."""

from typing import Any

from sqlalchemy.orm import Session

from service.audit.anchors import health as anchors
from service.audit.cosigning import health as witnesses
from service.audit.nightly import health as nightly

_PARTS = (witnesses, anchors, nightly)


def summary(session: Session) -> dict[str, Any]:
    """Return what each says; ``status`` is there, and ``degraded``, when one of them is not well."""
    said: dict[str, Any] = {}
    for part in _PARTS:
        said.update(part.summary(session))
    return said


def measure(session: Session) -> None:
    """Set the gauges of each."""
    for part in _PARTS:
        part.measure(session)
