"""Find the adapter for a bank profile by its name."""

from __future__ import annotations

from bank_adapters.ccb.adapter import CcbAdapter
from bank_adapters.contract import BankAdapter, BankProfile
from bank_adapters.iso20022.adapter import Iso20022Adapter

ADAPTERS: dict[str, BankAdapter] = {
    adapter.profile.name: adapter for adapter in (Iso20022Adapter(), CcbAdapter())
}


class UnknownProfile(LookupError):
    """No bank profile has this name."""

    def __init__(self, profile_name: str) -> None:
        super().__init__(
            f"No bank profile is called {profile_name!r}; known: {', '.join(sorted(ADAPTERS))}."
        )


def profiles() -> tuple[BankProfile, ...]:
    """Return every bank profile, in the order of their names."""
    return tuple(ADAPTERS[name].profile for name in sorted(ADAPTERS))


def adapter_for(profile_name: str) -> BankAdapter:
    """Return the adapter of a profile. Raises UnknownProfile."""
    try:
        return ADAPTERS[profile_name]
    except KeyError:
        raise UnknownProfile(profile_name) from None
