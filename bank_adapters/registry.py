"""Find banks and formats by name: our own, and those that other people's packages bring.

A package brings a bank through an entry point of the group `anxin.bank_adapters`: an adapter, a
format, or a function without arguments that returns several. A package that fails, or takes a name
that is taken, is left out and named by `left_out()`; it never keeps the others from working.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple, cast

from bank_adapters.contract import BankAdapter, BankProfile
from bank_adapters.direct.adapter import AbcDirect, IcbcDirect
from bank_adapters.formats import BankFormat, OfBank
from bank_adapters.iso20022.adapter import Iso20022Adapter
from bank_adapters.iso20022.formats import FORMATS as ISO_FORMATS
from bank_adapters.mt.formats import FORMATS as MT_FORMATS
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.load import shipped

GROUP = "anxin.bank_adapters"
BANKS: tuple[BankAdapter, ...] = (
    Iso20022Adapter(),
    IcbcDirect(),
    AbcDirect(),
    *map(SheetAdapter, shipped()),
)
ADAPTERS: dict[str, BankAdapter] = {adapter.profile.name: adapter for adapter in BANKS}
# What reads or writes one message without being a bank.
FORMATS: dict[str, BankFormat] = {one.profile.name: one for one in (*ISO_FORMATS, *MT_FORMATS)}
ADAPTER_METHODS = ("profile", "check", "write", "read_reply", "read_statement")
FORMAT_METHODS = ("profile", "check", "write", "read")


class UnknownProfile(LookupError):
    """No bank profile has this name."""

    def __init__(self, profile_name: str, known: Iterable[str]) -> None:
        self.profile_name = profile_name
        self.known = tuple(sorted(known))
        super().__init__(
            f"No bank profile is called {profile_name!r}; known: {', '.join(self.known)}."
        )


class LeftOut(NamedTuple):
    """An entry point that brought nothing usable, and why."""

    entry_point: str
    why: str


class Found(NamedTuple):
    """Everything there is, by name."""

    adapters: dict[str, BankAdapter]
    formats: dict[str, BankFormat]
    left_out: tuple[LeftOut, ...]


@cache
def everything() -> Found:
    """Return ours and those of installed packages; looked up once per process."""
    adapters, formats = dict(ADAPTERS), dict(FORMATS)
    left_out: list[LeftOut] = []
    for entry in sorted(entry_points(group=GROUP)):
        try:
            brought = _brought(entry.load())
            for one in brought:
                _take(one, adapters, formats)
        except Exception as error:
            told = str(error) if isinstance(error, _Unusable) else type(error).__name__
            left_out.append(LeftOut(f"{entry.name} = {entry.value}", told))
    return Found(adapters, formats, tuple(left_out))


class _Unusable(ValueError):
    """What a package brought is no bank, or its name is taken."""


def _brought(loaded: object) -> list[object]:
    if _has(loaded, ADAPTER_METHODS) or _has(loaded, FORMAT_METHODS):
        return [loaded() if isinstance(loaded, type) else loaded]
    if not callable(loaded):
        raise _Unusable("is neither a bank adapter, a format, nor a function that returns some")
    made = loaded()
    return list(made) if isinstance(made, Iterable) else [made]


def _take(one: object, adapters: dict[str, BankAdapter], formats: dict[str, BankFormat]) -> None:
    if not _has(one, ("profile",)) or isinstance(one, type):
        raise _Unusable("has no profile")
    bank = _has(one, ADAPTER_METHODS)
    if not bank and not _has(one, FORMAT_METHODS):
        raise _Unusable(f"lacks one of {', '.join(ADAPTER_METHODS)}")
    name = cast("BankAdapter | BankFormat", one).profile.name
    if name in adapters or name in formats:
        raise _Unusable(f"the name {name} is taken")
    if bank:
        adapters[name] = cast("BankAdapter", one)
    else:
        formats[name] = cast("BankFormat", one)


def _has(thing: object, names: Iterable[str]) -> bool:
    return all(hasattr(thing, name) for name in names)


def left_out() -> tuple[LeftOut, ...]:
    """Return the entry points that could not be used."""
    return everything().left_out


def profiles() -> tuple[BankProfile, ...]:
    """Return the profile of every bank, in the order of their names."""
    adapters = everything().adapters
    return tuple(adapters[name].profile for name in sorted(adapters))


def adapter_for(profile_name: str) -> BankAdapter:
    """Return the adapter of a bank. Raises UnknownProfile."""
    adapters = everything().adapters
    if profile_name not in adapters:
        raise UnknownProfile(profile_name, adapters)
    return adapters[profile_name]


def formats() -> tuple[BankFormat, ...]:
    """Return every format and every bank as a format, in the order of their names."""
    found = everything()
    names = sorted({*found.adapters, *found.formats})
    return tuple(format_for(name) for name in names)


def format_for(profile_name: str) -> BankFormat:
    """Return the format of this name, or the bank of this name as a format. Raises UnknownProfile."""
    found = everything()
    if profile_name in found.formats:
        return found.formats[profile_name]
    if profile_name in found.adapters:
        return OfBank(found.adapters[profile_name])
    raise UnknownProfile(profile_name, {*found.adapters, *found.formats})
