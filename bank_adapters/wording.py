"""How a fault is worded: its severity, and one sentence in each language."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """Severity and the two sentences of one code; `{detail}` is filled in."""

    fatal: bool
    en: str
    zh: str
