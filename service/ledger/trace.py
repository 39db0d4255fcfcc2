"""Where an entry comes from: the stages that post say what their events are about.

A stage registers its kinds of events once; the ledger knows none of them and asks. An event that
nobody explains is shown as it is kept: its kind and its id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.ledger.models import LedgerEntry


@dataclass(frozen=True)
class Origin:
    """One thing an entry is about: its kind, how it is called, and where it is read."""

    kind: str
    """``batch``, ``payment``, ``bank_file``, ``reply``, ``statement_line``, …"""
    name: str
    href: str = ""
    line: str = ""
    """The line of the file, as the bank counts it."""


Explain = Callable[[Session, LedgerEntry], Sequence[Origin]]
_explained: dict[str, Explain] = {}


def explain_by(event_types: Sequence[str], explain: Explain) -> None:
    """Let ``explain(session, entry)`` say where entries of some kinds come from; "" is every other."""
    for event_type in event_types:
        _explained[event_type] = explain


def origins(session: Session, entry: LedgerEntry) -> list[Origin]:
    """Return everything an entry is about, the nearest first; nothing where nobody knows."""
    explain = _explained.get(entry.event_type) or _explained.get("")
    return list(dict.fromkeys(explain(session, entry))) if explain else []
