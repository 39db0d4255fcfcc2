"""Farming: what grows on contracted land, large growers, machines just inspected, pigs culled."""

from datetime import timedelta

from service.demo.county.later.drawing import DUE, Drawing
from service.demo.county.rows.cells import thousandths


def draw_farms(draw: Drawing) -> None:
    """Draw what the farming office knows beside contracts, machines and losses."""
    growers = set(draw.pick(_farmers(draw), draw.share(0.0003, 4)))
    for contract in draw.county.contracts:
        rice, wheat, rape = contract.eligible // 2, 0, contract.eligible // 5
        large = contract.person in growers
        if large:
            # Grown on land leased from others: far more than the contract itself.
            rice = 60_000 + contract.person % 90 * 1_000
            wheat, rape = rice // 2, 50_000 + contract.person % 70 * 1_000
        total = rice + wheat + rape
        draw.note(
            "NY_PLANT",
            (contract.number,),
            {
                "水稻面积(亩)": thousandths(rice),
                "小麦面积(亩)": thousandths(wheat),
                "油菜面积(亩)": thousandths(rape),
                "粮食面积(亩)": thousandths(rice + wheat),
                "申报面积(亩)": thousandths(total),
                "遥感面积(亩)": thousandths(total * 98 // 100),
            },
        )
        if large:
            draw.tell(contract.person, "NY03", DUE, "a large grower")
    _inspected(draw)
    _culled(draw)


def _farmers(draw: Drawing) -> list[int]:
    """Return who holds contracted land and is of working age."""
    return [
        contract.person
        for contract in draw.county.contracts
        if 25 <= draw.people[contract.person].age < 70 and contract.eligible > 0
    ]


def _inspected(draw: Drawing) -> None:
    """Let the owners of the machines inspected last be paid in the later month."""
    ready = [
        machine
        for machine in draw.society.machines
        if machine.verified and machine.bought < draw.clock.start - timedelta(days=20)
    ]
    taken: set[int] = set()
    for machine in reversed(ready):
        if len(taken) >= draw.share(0.0003):
            break
        if machine.person not in taken:
            taken.add(machine.person)
            draw.ask(machine.person, "NY05", lately=True)
            draw.later.payees.add(machine.person)


def _culled(draw: Drawing) -> None:
    """Cull the pigs of a few farmers in the later month."""
    losing = {loss.person for loss in draw.society.losses}
    pool = [i for i in _farmers(draw) if i not in losing]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0002))):
        culled = draw.clock.start + timedelta(days=6 + turn % 9)
        draw.say(
            "NY_VETR",
            person,
            {
                "记录编号": f"PS{turn:08d}",
                "记录类别": "扑杀",
                "畜种": "猪",
                "头数": 4 + person % 30,
                "日期": culled,
                "所在区划": draw.people[person].village.code,
            },
            known=culled + timedelta(days=3),
        )
        draw.tell(person, "NY08", DUE, f"pigs culled {culled}")
