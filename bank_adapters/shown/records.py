"""Show the payments of an enterprise-direct answer as rows, each numbered as its faults number it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bank_adapters.direct import abc_read, icbc_read
from bank_adapters.direct.adapter import AbcDirect, Direct
from bank_adapters.direct.said import Said
from bank_adapters.direct.statuses import ICBC
from bank_adapters.shown.masks import FREE, PLAIN, masked
from bank_adapters.shown.seen import SeenCell
from bank_adapters.shown.tables import Ask

ABOUT = {
    "reference_malformed": ("QryiSeqno", "erpNo"),
    "reference_twice": ("QryiSeqno", "erpNo"),
    "status_unknown": ("Result", "status"),
    "mojibake": ("iRetMsg", "retMsg"),
    "json_shape": (),
}
_SAID = frozenset({"iRetMsg", "retMsg"})
_COLUMNS_MAX = 16


def rows_of(
    adapter: Direct, content: bytes, ask: Ask
) -> tuple[tuple[str, ...], list[tuple[int, list[SeenCell]]]]:
    """Return the columns and (number, cells) of the wanted payments; nothing of what cannot be read."""
    found = _records(adapter, content)
    wanted = [(at, one) for at, one in enumerate(found, start=1) if at in ask.lines]
    names = tuple(dict.fromkeys(key for _, one in wanted for key in one))[:_COLUMNS_MAX]
    return names, [(at, _cells(names, at, one, ask)) for at, one in wanted]


def _cells(names: Sequence[str], at: int, one: Mapping[str, str], ask: Ask) -> list[SeenCell]:
    wrong = [place for place in ask.places if place.line == at]
    meant = {name for place in wrong for name in (place.field, *ABOUT.get(place.code, ()))}
    return [
        SeenCell(
            name,
            masked(one.get(name, ""), FREE if name in _SAID else PLAIN, ask.is_ours),
            name in meant,
        )
        for name in names
    ]


def _records(adapter: Direct, content: bytes) -> list[Mapping[str, str]]:
    said = Said(ICBC)
    if isinstance(adapter, AbcDirect):
        message = abc_read.message_of(adapter.profile, said, content)
        details = message.get("details") if message else None
        found = details if isinstance(details, list) else []
        return [
            {str(key): str(value) for key, value in one.items()} if isinstance(one, dict) else {}
            for one in found
        ]
    root = icbc_read.root_of(adapter.profile, said, content)
    listed = root.findall("eb/out/rd") if root is not None else []
    return [{str(part.tag): (part.text or "").strip() for part in one} for one in listed]
