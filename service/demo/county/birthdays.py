"""Telling whose birthday of the later month opens or changes an allowance."""

from service.demo.county.clock import age_on
from service.demo.county.register import Register

_EXPECTED = {
    80: "MZ15 opens with this month, whatever the day",
    90: "MZ15 rises to the tier from 90 with this month",
    100: "MZ16 instead of MZ15, one line; first payment asks for proof of age by hand",
}


def tell_birthdays(register: Register) -> None:
    """List everybody turning 80, 90 or 100 in the later month, and births before 1900."""
    clock = register.clock
    for person in register.people[: register.residents]:
        age = age_on(person.birth, clock.end)
        if age in _EXPECTED and age_on(person.birth, clock.earlier_end) < age:
            register.truth.add(
                f"turns_{age}", person.number, f"born {person.birth}", _EXPECTED[age]
            )
            register.truth.protect(person.number)
        if person.birth.year < 1900:
            register.truth.add(
                "born_18xx",
                person.number,
                f"born {person.birth}, sequence code 996-999",
                "a valid number; MZ16 due, but ask for proof of life and age by hand",
            )
            register.truth.protect(person.number)
