"""The steps of the picture add up to what was appropriated, each beginning where the last one ended."""

from service.ledger.waterfall import Stand
from service.ledger.waterfall_picture import waterfall_picture
from service.web import here
from service.web.here import Visit


def test_the_steps_add_up_to_the_first_bar() -> None:
    here.enter(Visit(language="zh", path="/ledger/waterfall", query=""))
    found = waterfall_picture(
        Stand(
            appropriated_fen=1_000_00,
            committed_fen=100_00,
            in_transit_fen=50_00,
            settled_fen=600_00,
            held_fen=0,
            written_off_fen=50_00,
            left_fen=200_00,
        )
    )
    labels = [one.cells[0] for one in found.rows]
    assert labels == ["预算", "已审定", "在途", "已到账", "退回待处理", "已追回或核销", "剩余"]
    appropriated, *steps = (one.cells[1] for one in found.rows)
    assert sum(one for one in steps if isinstance(one, int)) == appropriated == 1_000_00
    assert [one.cells[2] for one in found.rows][:3] == ["100%", "10%", "5%"]
    places = [(one.x, one.width) for one in found.blocks]
    assert places == [(0, 1000), (0, 100), (100, 50), (150, 600), (750, 50), (800, 200)]
    assert found.told == "预算 1,000.00 元，其中 600.00 元已到卡，剩余 200.00 元。"


def test_nothing_appropriated_has_no_share() -> None:
    here.enter(Visit(language="en", path="/ledger/waterfall", query=""))
    found = waterfall_picture(Stand())
    assert {one.cells[2] for one in found.rows} == {"—"}
    assert found.blocks == []
