"""Pictures stand where their numbers say, tell what they show in words, and hide nothing in a colour."""

import re
from itertools import pairwise

import pytest

from service.web.pictures.about import About
from service.web.pictures.bars import Part, bars
from service.web.pictures.pyramid import Band, pyramid
from service.web.pictures.scale import along, top_of
from service.web.pictures.tiles import shade_of, spark
from service.web.pictures.trend import SERIES_MAX, Series, trend
from service.web.view_models import Picture
from tests.service.web.test_components import draw

MONTHS = ["2026-08", "2026-09", "2026-10"]


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (1, 1), (2, 2), (3, 5), (9, 10), (10, 10), (11, 20), (21, 25), (26, 50), (51, 100), (999, 1000), (123_456, 200_000)],
)  # fmt: skip
def test_a_scale_ends_at_a_round_number_not_below_the_most(most: int, top: int) -> None:
    assert top_of(most) == top


def test_what_is_not_nothing_is_seen() -> None:
    assert along(1, 10**12) == 1
    assert along(0, 10**12) == 0
    assert along(5, 10) == 500
    assert along(11, 10) == 1000


def lines(*values: int | None) -> Picture:
    return trend(About("t", "趋势", "人"), MONTHS, [Series("高龄津贴", values)])


def test_a_trend_stands_where_its_values_say() -> None:
    found = lines(0, 50, 100)
    drawn = [one for one in found.strokes if one.look == "s1"]
    assert [one.points for one in drawn] == ["0,1000 475,500 950,0"]
    assert [one.cells for one in found.rows] == [["2026-08", 0], ["2026-09", 50], ["2026-10", 100]]


def test_a_trend_is_broken_where_a_value_is_not_told() -> None:
    here = [one.points for one in lines(100, None, 100).strokes if one.look == "s1"]
    assert here == ["0,0 12,0", "938,0 950,0"], "single values are short strokes, not joined"
    assert "人数较少" in str(lines(100, None, 100).rows[1].cells)


def test_numbers_at_the_ends_of_lines_are_apart() -> None:
    same = [Series(f"项目{one}", [7, 7, 7]) for one in range(SERIES_MAX)]
    found = trend(About("t", "趋势", "人"), MONTHS, same)
    heights = sorted(
        one.y for one in found.words if one.look.startswith("s") and one.look != "scale"
    )
    assert len(heights) == SERIES_MAX
    assert all(after - before >= 80 for before, after in pairwise(heights))
    with pytest.raises(ValueError, match="nobody can tell"):
        trend(About("t", "趋势", "人"), MONTHS, [*same, same[0]])


def test_a_pyramid_has_the_oldest_at_the_top_and_a_side_for_each() -> None:
    found = pyramid(
        About("p", "年龄", "人"), ("男", "女"), [Band("0–4", 10, 5), Band("5–9", None, 20)]
    )
    oldest, *youngest = found.blocks
    assert (oldest.look, oldest.x, oldest.width) == ("right", 630, 370)
    assert [(one.look, one.x, one.width) for one in youngest] == [
        ("left", 185, 185),
        ("right", 630, 92),
    ]
    assert oldest.y < youngest[0].y
    assert found.rows[0].cells == ["0–4", 10, 5]
    assert "人数较少" in str(found.rows[1].cells)


def test_bars_begin_where_the_step_before_ended() -> None:
    found = bars(
        About("w", "资金", "元"),
        [Part("下达", 100), Part("到卡", 60), Part("结余", 40, 60)],
        ("环节", "金额"),
    )
    assert [(one.x, one.width) for one in found.blocks] == [(0, 1000), (0, 600), (600, 400)]
    assert found.told == "最多的是“下达”，为 100 元。"


def test_shades_are_fifths_of_the_most() -> None:
    assert [shade_of(one, 100) for one in (0, 1, 20, 21, 99, 100)] == [0, 1, 1, 2, 5, 5]
    assert spark([1, 2], "升").points == "0,500 1000,0"
    assert spark([1], "平").points == "0,0 1000,0"


def test_a_picture_is_drawn_with_words_and_a_table_and_without_style() -> None:
    page = draw("{{ ui.picture(p) }}", p=lines(0, 50, 100))
    assert 'role="img" aria-labelledby="t-t" aria-describedby="t-d"' in page
    assert "2026-08 至 2026-10，最高值为 100 人。</desc>" in page
    assert '<text class="middle axis" x="47.5%" y="100.0%" dy="1.2em">2026-09</text>' in page
    assert 'data-label="高龄津贴">50</td>' in page
    assert "style=" not in page
    assert not re.search(r'(?:fill|stroke)="', page), "colours are the style sheet's"
    evil = '"><script>'
    assert "<script" not in draw(
        "{{ ui.picture(p) }}{{ ui.tiles(p, []) }}",
        e=evil, p=trend(About("x", evil, evil, note=evil, href=evil), [evil], [Series(evil, [1])]),
    )  # fmt: skip
