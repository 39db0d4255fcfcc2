"""``anxin rules show``: a whole programme as an official reads it."""

from typing import Annotated, Any

import typer
from rich.console import Console

from eligibility_rules import Month
from eligibility_rules.evidence import Evidence, Mark
from service.foundation import clock
from service.programmes.commands.shown import (
    AsJson,
    Code,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    console,
    month_of,
    paragraph,
    print_json,
    programme_of,
    rules_of,
    say_mark,
    table,
)
from service.programmes.describe import described

app = typer.Typer()


@app.command("show")
def show(
    code: Code,
    month: Annotated[
        str, typer.Option(help="Whose figures are in force; this month by default. 月份。")
    ] = "",
    language: InLanguage = Language.ZH,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show a programme: law, conditions, amount, figures, start, stops and all. 查阅一个项目的全部规定。"""
    loaded = rules_of(rules, county, as_json=as_json)
    programme = programme_of(loaded, code, as_json=as_json)
    asked = month_of(month, as_json=as_json) if month else Month.of(clock.today())
    content = described(programme, asked)
    if as_json:
        print_json({**content, "rule_digest": loaded.digest})
    else:
        _Page(console(), content, language).show()


class _Page:
    """Prints a described programme, section after section."""

    def __init__(self, console: Console, content: dict[str, Any], language: Language) -> None:
        self.console = console
        self.content = content
        self.language = language

    def show(self) -> None:
        one = self.content
        self.line(f"{one['code']} {self.said(one['names'])} · {self.said(one['department'])}")
        self.law()
        self.conditions()
        self.amount()
        self.parameters()
        self.time()
        self.around()

    def law(self) -> None:
        for law in self.content["law"]:
            self.line(f"《{law['title']}》{law['number']}{law['article']} [{self.mark(law)}]")
        evidence = self.content["evidence"]
        policy, figures = self.mark(evidence["policy"]), self.mark(evidence["figures"])
        refs = " ".join(evidence["refs"])
        self.pair("evidence 依据可信度", f"policy 政策: {policy}; figures 金额: {figures}; {refs}")
        one = self.content
        self.pair("who 对象", f"{one['subject']}, {one['unit']}; {self.said(one['payee'])}")

    def conditions(self) -> None:
        shown = table("conditions 条件", "id", "sentence 内容", "expression 表达式")
        for condition in self.content["conditions"]:
            shown.add_row(condition["id"], self.said(condition), condition["expr"])
        self.console.print(shown)

    def amount(self) -> None:
        amount = self.content["amount"]
        self.pair("amount 金额", f"{self.said(amount)} [{self.mark(amount['figures'])}]")
        self.pair("how 计算", f"{amount['kind']}, rounding 取整 {amount['rounding']}")
        if "expr" in amount:
            self.pair("expression 表达式", amount["expr"])
        for tier in amount.get("tiers", ()):
            self.line(f"  {tier['when']} → {tier['amount']}  {self.said(tier)}")
        if amount.get("adjust"):
            self.pair("adjusted 调整", amount["adjust"])
        for name, value in amount.get("pool", {}).items():
            self.line(f"  {name}: {value}")

    def parameters(self) -> None:
        if not self.content["parameters"]:
            return
        heads = ("name 名称", "from 施行", "value 数值", "citation 出处", "evidence 可信度")
        shown = table("figures 标准", "", *heads)
        for parameter in self.content["parameters"]:
            for dated in parameter["values"]:
                shown.add_row(
                    "→" if dated["in_force"] else "",
                    f"{parameter['name']} {self.said(parameter)}",
                    dated["effective"],
                    f"{self.said(dated['shown'])} ({parameter['unit']})",
                    dated["citation"],
                    self.mark(dated),
                )
        self.console.print(shown)

    def time(self) -> None:
        one = self.content
        often = f"{one['frequency']}, from month 自第 {one['pay_from_month']} 月起 {one['pay_by']}"
        self.pair("frequency 周期", often)
        start = one["start"]
        self.pair("start 起发", f"{start['rule']} ({start['condition']}) {start['note']}")
        self.pair("application 申请", "needed 须申请" if one["application"] else "none 免申请")
        shown = table("stops 停发", "event", "action", "effective", "condition", "note")
        for stop in one["stops"]:
            shown.add_row(
                *(stop[key] for key in ("event", "action", "effective", "condition", "note"))
            )
        self.console.print(shown)
        self.pair("back pay 补发", f"{one['back_pay_months']} months 个月")
        if one["recovery"]:
            self.pair("recovery 追回", one["recovery"])

    def around(self) -> None:
        one = self.content
        for entry in one["stacking"]:
            others = " ".join(entry["with"])
            held = f" [{entry['held_by']}]" if entry["held_by"] else ""
            self.pair("together 叠加", f"{entry['rule']} {others}{held} {entry['note']}")
        notice = one["notice"]
        days = f"{notice['days']} {notice['counted']} days 天"
        self.pair("notice 公示", f"{notice['level']}, {days}, {notice['shows']}; {notice['note']}")
        self.pair("chain 流程", " → ".join(one["approval_chain"]))
        feeds = [f"{feed['code']} {self.said(feed)}" for feed in one["feeds"]]
        self.pair("feeds 数据源", "; ".join(feeds))
        self.pair("proofs replaced 减免证明", "; ".join(one["proofs_replaced"]) or "–")
        self.pair("forms replaced 减免表格", "; ".join(one["forms_replaced"]) or "–")
        for ask in one["asks_for"]:
            self.pair("asks for 仍需", f"{self.said(ask['names'])}: {self.said(ask['reason'])}")
        for note in one["notes"]:
            self.pair("note 备注", self.said(note))

    def said(self, words: dict[str, Any]) -> str:
        return str(words[self.language.value])

    def mark(self, mark: dict[str, Any]) -> str:
        return say_mark(Mark(Evidence(mark["evidence"]), mark["remark"]), self.language)

    def pair(self, name: str, text: str) -> None:
        self.line(f"{name}: {text}")

    def line(self, text: str) -> None:
        paragraph(self.console, text.rstrip(" ;"))
