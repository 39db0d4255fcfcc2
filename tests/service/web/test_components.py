"""Components say everything in words, escape what they are given, and draw without script."""

from datetime import UTC, datetime

import pytest

from service.foundation.months import Month
from service.web import here
from service.web.filters import capitals, long_day, masked_name, month_name, percent, yuan
from service.web.here import Visit
from service.web.render import environment
from service.web.view_models import Bar, Column, Row, Tag
from tests.service.web.gallery import TEMPLATE, content


def draw(template: str, language: str = "zh", **context: object) -> str:
    here.enter(Visit(language=language, path="/list", query="q=a%26b"))
    return environment().from_string(template).render(**context)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_component_draws_in_both_languages(language: str) -> None:
    page = draw(TEMPLATE, language, **content())
    assert "OAA-2026-10-1" in page
    assert ("已等待" in page) is False
    assert ("选填" in page) == (language == "zh")
    assert ("optional" in page) == (language == "en")


def test_what_people_typed_is_escaped_everywhere() -> None:
    evil = '"><script>alert(1)</script>'
    template = "{{ ui.table(e, [c], [r], select='x') }}{{ ui.bars(e, [b]) }}{{ ui.tag(t) }}{{ ui.field('n', e, value=e, error=e, hint=e) }}{{ ui.button(e, confirm=e) }}"
    page = draw(
        template, e=evil, c=Column(evil), r=Row([evil], evil, evil), b=Bar(evil, 1, evil), t=Tag(evil)
    )  # fmt: skip
    assert "<script" not in page
    assert evil not in page
    assert page.count("&#34;&gt;&lt;script&gt;") >= 10


def test_a_table_writes_values_by_the_kind_of_their_column() -> None:
    columns = [Column("名", "name"), Column("额", "money", "元"), Column("日", "day")]
    rows = [Row(["欧阳建国", 117550, datetime(2026, 10, 31, 17, 0, tzinfo=UTC)]), Row(["李梅", None, None])]  # fmt: skip
    page = draw("{{ ui.table('表', columns, rows) }}", columns=columns, rows=rows)
    assert "欧***" in page
    assert "欧阳" not in page
    assert "1,175.50" in page
    assert "2026-11-01" in page, "an instant is shown as the county's date"
    assert page.count("—") == 2


def test_sorting_keeps_the_rest_of_the_address() -> None:
    columns = [Column("额", "money", sort="amount")]
    page = draw("{{ ui.table('表', c, r, sort='amount') }}", c=columns, r=[Row([1])])
    assert 'href="/list?q=a%26b&amp;sort=-amount"' in page
    assert 'aria-sort="ascending"' in page


def test_an_empty_table_says_so() -> None:
    assert "没有内容" in draw("{{ ui.table('表', [], []) }}")


def test_values_are_written_as_people_read_them() -> None:
    here.enter(Visit(language="zh"))
    assert yuan(723195050) == "7,231,950.50"
    assert capitals(117550) == "壹仟壹佰柒拾伍元伍角整"
    assert month_name(Month(2026, 10)) == "2026年10月"
    assert long_day(datetime(2026, 10, 7, 23, 0, tzinfo=UTC)) == "2026年10月8日"
    assert percent(1250) == "12.5%"
    assert percent(10000) == "100%"
    assert masked_name("李") == "李*"
    here.enter(Visit(language="en"))
    assert month_name(Month(2026, 10)) == "October 2026"
    assert long_day(datetime(2026, 10, 7, 23, 0, tzinfo=UTC)) == "8 October 2026"
