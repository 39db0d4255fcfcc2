"""A person of another county whose entry was sent to this county by mistake."""

from dataclasses import dataclass
from datetime import date

from service.demo.county import names
from service.demo.county.register import Register

_ELSEWHERE = "330522104203"


@dataclass(frozen=True, slots=True)
class Stranger:
    """One register entry of the later month that is none of this county's business."""

    number: str
    name: str
    sex: str
    birth: date
    division: str


def draw_strangers(register: Register) -> list[Stranger]:
    """Return one entry, and more in larger counties; all planted."""
    rng = register.clock.rng("strangers")
    found: list[Stranger] = []
    for _ in range(max(1, register.residents // 100_000)):
        birth, sex = date(rng.randint(1955, 2000), rng.randint(1, 12), 12), rng.choice("男女")
        number = register.numbers.issue(birth, sex, prefix="330522")
        name = names.draw_surnames(rng, 1)[0] + names.draw_given(rng, sex, birth.year)
        found.append(Stranger(number, name, sex, birth, _ELSEWHERE))
        register.truth.add(
            "other_county_row",
            number,
            f"户籍地址区划 is {_ELSEWHERE}, in the neighbouring county",
            "row rejected: this county may not hold the person's data",
            feed="GA_HUKOU",
            on=register.clock.folder(1),
        )
        register.truth.set_apart(number)
    return found
