"""What a programme is called, wherever only its code is at hand."""

from eligibility_rules import RulesInvalid, Words
from service.foundation.database import transaction
from service.programmes.catalogue import rules
from service.programmes.in_force import names_brought, rules_for, rules_now

_EVERY_CHANGE = "9999-12"
"""A month in which every approved change counts."""


def title(code: str, language: str) -> str:
    """Return a programme's name in ``zh`` or ``en``; one that no set of rules knows is its code.

    One that only an approved change brought has the name under which it is in force.
    """
    programme = rules().programmes.get(code)
    names = programme.names if programme else _brought(code)
    if names is None:
        return code
    return names.zh if language.startswith("zh") else names.en


def _brought(code: str) -> Words | None:
    known = names_brought()
    if code not in known:
        # This process has not read any rules with it yet; a set that is read is remembered.
        with transaction() as session:
            try:
                rules_now(session)
                rules_for(session, _EVERY_CHANGE)
            except RulesInvalid:
                return None
    return known.get(code)
