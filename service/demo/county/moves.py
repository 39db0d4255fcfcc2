"""Moves out of, into and within the county."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.people import Person, birth_at_age
from service.demo.county.register import Register

_ELSEWHERE = (
    ("330502000000", "浙江省湖州市吴兴区"),
    ("330106000000", "浙江省杭州市西湖区"),
    ("341822000000", "安徽省宣城市广德市"),
    ("310115000000", "上海市浦东新区"),
)
ABROAD = "出国定居"
_REASONS = ("夫妻投靠", "购房", "工作调动", "升学", "子女投靠父母")


@dataclass(frozen=True, slots=True)
class Move:
    """One change of hukou; `person` is an index of the register."""

    person: int
    on: date
    origin: str
    target: str
    reason: str


def draw_moves(register: Register) -> list[Move]:
    """Draw 0.8 % moves out a year, the arrivals' moves in, and moves between villages."""
    rng = register.clock.rng("moves")
    clock = register.clock
    moves: list[Move] = []
    for turn in range(max(6, round(register.residents * 0.008))):
        start = clock.start if turn < 2 else clock.end - timedelta(days=364)
        day = some_day(rng, start, clock.end - timedelta(days=7))
        age = 83 if turn == 0 else rng.randint(18, 70)
        sex = "男" if rng.random() < 0.45 else "女"
        person = Person(sex, birth_at_age(rng, clock.end, age), age, leaves=day, left_as="迁出")
        index = register.add_person(person, rng)
        target = rng.choice(_ELSEWHERE)[1]
        moves.append(Move(index, day, person.village.code, target, rng.choice(_REASONS)))
        if turn in {2, 3}:
            person.left_as = "注销"
            moves[-1] = Move(index, day, person.village.code, "", ABROAD)
            register.truth.add(
                "settled_abroad",
                person.number,
                f"hukou closed on {day} because of 出国定居",
                "alive, no longer in the county; not a death report",
                feed="GA_DEREG",
            )
            register.truth.protect(person.number)
        if turn < 2:
            register.truth.add(
                "moved_out_this_month",
                person.number,
                f"hukou moved out on {day}",
                "the month is due (hukou on the first day); stop from the next month",
                on=clock.folder(1),
            )
            register.truth.protect(person.number)
    for index in register.arrivals:
        person = register.people[index]
        origin = rng.choice(_ELSEWHERE)[0]
        moves.append(Move(index, person.since, origin, person.village.code, rng.choice(_REASONS)))
    moves.extend(_inner_moves(register))
    return sorted(moves, key=lambda move: (move.on, move.person))


def _inner_moves(register: Register) -> list[Move]:
    """Draw moves of the later month from one village to another: no entitlement changes."""
    rng = register.clock.rng("inner moves")
    moves: list[Move] = []
    for index in rng.sample(register.living(25, 90), max(2, register.residents // 4000)):
        person = register.people[index]
        target = rng.choice([v for v in register.villages if v.code != person.village.code])
        day = register.clock.start + timedelta(days=14)
        moves.append(Move(index, day, person.village.code, target.code, "县内迁移"))
        register.truth.add(
            "moved_within_county",
            person.number,
            f"moved from {person.village.code} to {target.code} on {day}",
            "no stop; the month's line stays with the village of the first day",
            on=register.clock.folder(1),
        )
        register.truth.protect(person.number)
    return moves
