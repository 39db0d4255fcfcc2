"""One page with every component, to be looked at and to be checked; stages draw the real ones."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from jinja2 import DictLoader, PrefixLoader
from starlette.responses import HTMLResponse

from service.web.filters import number
from service.web.pictures.about import About
from service.web.pictures.bars import Part, bars
from service.web.pictures.pyramid import Band, pyramid
from service.web.pictures.tiles import shade_of, spark
from service.web.pictures.trend import Series, trend
from service.web.render import environment, page
from service.web.view_models import (
    Bar,
    Column,
    Event,
    Fault,
    Figure,
    Link,
    Option,
    Picture,
    Row,
    Step,
    Tag,
    Tile,
)

router = APIRouter()
AT = datetime(2026, 10, 8, 6, 5, tzinfo=UTC)

TEMPLATE = """
{% extends "web/layout.html" %}
{% block title %}高龄津贴 2026-10{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ static('pictures.css') }}">{% endblock %}
{% block main %}
  {{ ui.heading("高龄津贴 2026年10月", tag, "48,213 人应发，3 条异常待处理后方可提交复核。", crumbs) }}
  {{ ui.stepper(steps) }}
  {{ ui.figures(figures) }}
  {{ ui.arithmetic(sums) }}
  {{ ui.problem_list(faults) }}
  {{ ui.notice("本月公示期为 7 天。", "warn", "公示中") }}
  {{ ui.tabs("查看", [("异常", "/gallery", 3), ("与上月相比", "/gallery?view=compare", 312), ("全部", "/gallery?view=all", none)], "/gallery") }}
  {% call ui.filters("/gallery", [("乡镇：武康", "town")]) %}
    {{ ui.field("q", "批次号", "search", required=false) }}
    {{ ui.field("state", "状态", "select", value="a", options=options) }}
  {% endcall %}
  {% call ui.form("/gallery") %}
    {{ ui.table("需要处理的异常", columns, rows, select="payment", sort="-amount", footer=["合计", none, none, none, 4500000, none]) }}
    {% call ui.bulk_bar() %}{{ ui.button("移出本批次", "plain", confirm="将所选人员移出本批次？") }}{% endcall %}
  {% endcall %}
  {{ ui.pager(2, 965, 48213) }}
  {% call ui.section("核对") %}
    {{ ui.summary([("应发金额", ui.money(723195000, capitals=true)), ("编制", "周敏 · 县民政局"), ("收款账号", ui.masked("尾号 1186", "/gallery/reveal", options, "收款账号"))]) }}
    {% call ui.form("/gallery") %}
      {{ ui.field("reason", "退回原因", "textarea", error="请写明退回原因。", hint="编制人员会看到这段文字。") }}
      {{ ui.field("choice", "处理方式", "radios", value="a", options=options) }}
      {% call ui.buttons() %}
        {{ ui.button("批准发放 7,231,950.00 元", confirm="批准后不可撤回。批准发放 7,231,950.00 元？") }}
        {{ ui.button("退回编制", "plain") }}
        {{ ui.button("作废", "danger") }}
        {{ ui.button_blocked("签发", "还需 1 名复核人员会签。") }}
      {% endcall %}
    {% endcall %}
  {% endcall %}
  {% call ui.section("各乡镇") %}{{ ui.bars("应发人数", bars, "乡镇", "人") }}{% endcall %}
  {% call ui.section("近六个月") %}{{ ui.columns("发放金额（万元）", bars, "月份", "万元") }}{% endcall %}
  {% call ui.section("图") %}<div class="pictures">{% for one in pictures %}{{ ui.picture(one) }}{% endfor %}</div>{{ ui.tiles(pictures[2], tiles) }}{{ ui.table("近六个月", sparks_columns, sparks) }}{% endcall %}
  {% call ui.section("进度") %}{% call ui.live("work", finished=true) %}{{ ui.progress("正在核定", 31200, 48213) }}{% endcall %}{% endcall %}
  {% call ui.section("经过") %}{{ ui.timeline(events) }}{% endcall %}
{% endblock %}
"""


def content() -> dict[str, Any]:
    """Return invented values for every component."""
    return {
        "tag": Tag("待提交", "warn"),
        "crumbs": [Link("批次", "/batches"), Link("2026-10", "/batches?month=2026-10")],
        "steps": [
            Step("编制", "done", "10-02"),
            Step("公示", "done", "7 天"),
            Step("复核", "now", "1/2"),
            Step("签发", "later", "0/1"),
            Step("报盘", "later"),
            Step("回盘", "later"),
            Step("对账", "later"),
        ],
        "figures": [
            Figure("应发人数", "48,213", "人", "比上月多 71 人"),
            Figure("应发金额", "7,231,950.00", "元"),
            Figure("异常", "3", "条", "处理后方可提交", "/gallery", "bad"),
            Figure("已会签", "1/2", "", "", "", "ok"),
        ],
        "sums": [
            ("", "上月", "7,221,300.00"),
            ("+", "新增", "31,200.00"),
            ("−", "退出", "20,550.00"),
            ("±", "调整", "0.00"),
            ("=", "本月", "7,231,950.00"),
        ],
        "faults": [Fault("请写明退回原因。", field="reason"), Fault("第 12 行的金额不是数字。")],
        "options": [Option("a", "核对账户", "仅用于本次核对"), Option("b", "答复居民")],
        "columns": [
            Column("批次号", "code"),
            Column("姓名", "name"),
            Column("原因"),
            Column("状态"),
            Column("金额", "money", "元", sort="amount"),
            Column("日期", "day"),
        ],
        "rows": [
            Row(["OAA-2026-10-1", "王秀英", "卡号与姓名不一致", Tag("待核", "warn"), 15000, AT], "/gallery", "1", "bad"),
            Row(["OAA-2026-10-2", "欧阳建国", "年龄证明缺失", Tag("新增"), 30000, AT], "/gallery", "2"),
            Row(["OAA-2026-10-3", "李梅", "本月迁出", Tag("已核", "ok"), None, None], "/gallery", "3", "warn"),
        ],
        "bars": [Bar("武康街道", 12030, "12,030"), Bar("乾元镇", 8011, "8,011", "warn"), Bar("新市镇", 9402, "9,402", "ok")],
        "events": [
            Event(AT, "周敏 · 县民政局", "提交复核", "", "ok"),
            Event(AT, "陈刚 · 县财政局", "退回编制", "三位居民的账户需要核对。", "bad"),
        ],
        "pictures": pictures(),
        "tiles": [
            Tile(name, number(people), "人", shade_of(people, 12030), "/gallery")
            for name, people in (("武康街道", 12030), ("乾元镇", 8011), ("新市镇", 2402), ("莫干山镇", 0))
        ],
        "sparks_columns": [Column("项目"), Column("近六个月")],
        "sparks": [Row(["高龄津贴", spark((1, 4, 2, 8), "由 1 升至 8")])],
    }  # fmt: skip


def pictures() -> list[Picture]:
    """Return invented pictures of each kind."""
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    ages = [("0–9", 12, 14), ("60–69", 310, 290), ("70–79", 820, 905), ("80–89", 460, None)]
    return [
        trend(
            About("paid", "各项目到卡金额", "元", kind="money", href="/gallery"),
            months,
            [
                Series("高龄津贴", [100_00 * one for one in range(12)]),
                Series("低保", [None, *[900_00] * 11]),
            ],
        ),
        pyramid(
            About("ages", "领取人年龄与性别", "人"), ("男", "女"), [Band(*one) for one in ages]
        ),
        bars(
            About("days", "到卡天数", "笔", note="从约定发放日算起。"),
            [Part("当天", 900), Part("晚 1–3 天", 41), Part("更晚", None)],
            ("天数", "笔数"),
        ),
    ]


@router.get("/gallery")
def show() -> HTMLResponse:
    """Draw all components."""
    _add_templates()
    return page("gallery/all.html", **content())


WORK = """
{% extends "web/layout.html" %}
{% block title %}核定{% endblock %}
{% block main %}
  {{ ui.heading("核定") }}
  {% block work scoped %}
    {% call ui.live("work", finished=done == 3) %}{{ ui.progress("已核定", done, 3) }}{% endcall %}
  {% endblock %}
{% endblock %}
"""
_done = 0


@router.get("/gallery/work")
def show_work() -> HTMLResponse:
    """Draw work that is one step further each time it is looked at."""
    global _done  # noqa: PLW0603 - the only state of an invented job
    _done = min(_done + 1, 3)
    _add_templates()
    return page("gallery/work.html", fragment="work", finished=_done == 3, done=_done)


def _add_templates() -> None:
    loader = environment().loader
    assert isinstance(loader, PrefixLoader)
    templates = {"all.html": TEMPLATE, "work.html": WORK}
    loader.mapping = {**loader.mapping, "gallery": DictLoader(templates)}
