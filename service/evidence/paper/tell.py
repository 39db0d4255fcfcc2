"""Lay a payment's content out as sections: what happened at each step, and where that can be checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.evidence.paper import words
from service.evidence.paper.words import word
from service.evidence.said import Said
from service.foundation import clock
from service.foundation.money import yuan
from service.foundation.spoken import spoken_day, spoken_period
from service.ledger.words import event_in, kind_in

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """One step: its name, pairs of what and how, and the files of the pack that prove it."""

    title: str
    rows: Rows
    where: str
    note: str = ""


class Teller:
    """Tells one payment's content in ``zh`` or ``en``; nothing is added to what the JSON holds."""

    def __init__(self, content: dict[str, Any], language: str) -> None:
        self.said, self.language = content, language
        self.paid: dict[str, Any] = content["payment"]

    def both(self, zh: str, en: str) -> str:
        return Said(zh, en).in_language(self.language)

    def lead(self) -> str:
        """Return the one sentence: what, to whom, why, by which law, and what became of it."""
        paid, explained = self.paid, self.said["explained"]
        where = paid["account"]["ending"] if paid["account"] else "—"
        state = word(words.STATES, paid["state"], self.language)
        on = paid["settled_on"]
        day = spoken_day(datetime.fromisoformat(on).date(), self.language) if on else ""
        values = {
            "amount": yuan(paid["amount_fen"]),
            "name": paid["name"][self.language],
            "period": spoken_period(paid["period"], self.language),
            "payee": paid["payee"],
            "ending": where,
            "state": state,
            "day": day,
            "law": self._law(explained),
            "why": self._why(explained),
        }
        zh = "{period}“{name}”{amount} 元，发给 {payee}，账户尾号 {ending}{why}{law}：{state}"
        en = "{amount} yuan of {name} for {period}, to {payee} (account ending {ending}){why}{law}: it {state}"
        if paid["state"] == "paid" and on:
            zh, en = zh + "，{day}。", en + ", on {day}."
        else:
            zh, en = zh + "。", en + "."
        return self.both(zh, en).format(**values)

    def sections(self) -> Iterator[Section]:
        """Yield the steps in the order in which the money went."""
        yield self._section(("一、法规与规则", "1. Law and rules"), self._law_rows(), "rules/")
        yield self._section(
            ("二、数据", "2. Facts"), self._facts(), "payment.json → explained.facts"
        )
        yield self._section(
            ("三、核定与算式", "3. Decision and arithmetic"),
            self._decision(),
            "payment.json → decision",
        )
        yield self._section(
            ("四、筛查与比对", "4. Screening and comparison"),
            self._screening(),
            "signed/screening.json",
        )
        yield self._section(
            ("五、公示与异议", "5. Notice and objections"), self._notice(), "signed/notice.json"
        )
        yield self._section(
            ("六、审批与签发", "6. Approvals and signatures"), self._approval(), "signed/"
        )
        yield self._section(("七、银行", "7. Bank"), self._bank(), "bank/, payment.json → answers")
        yield self._section(
            ("八、账务", "8. Ledger"), self._ledger(), "payment.json → ledger",
            words.FILE_SUMS.in_language(self.language),
        )  # fmt: skip
        yield self._section(
            ("九、关联事项", "9. What it hangs together with"),
            self._linked(),
            "payment.json → linked",
        )
        yield self._section(("十、留痕", "10. Audit trail"), self._trail(), "trail/")

    def _section(self, title: tuple[str, str], rows: Rows, where: str, note: str = "") -> Section:
        nothing = [("", words.NONE.in_language(self.language))]
        return Section(self.both(*title), rows or nothing, where, note if rows else "")

    def _law(self, explained: Any) -> str:
        if not explained or not explained["laws"]:
            return ""
        law = self._cited(explained["laws"][0])
        return self.both(f"，依据{law}", f", by {law}")

    def _why(self, explained: Any) -> str:
        met = [
            one for one in (explained or {"conditions": []})["conditions"] if one["state"] == "true"
        ]
        if not met:
            return ""
        text = self.both("；", "; ").join(one["sentence"][self.language] for one in met[:3])
        return self.both(f"，因{text}", f", because: {text}")

    def _cited(self, law: Any) -> str:
        return " ".join(filter(None, (f"《{law['title']}》", law["number"], law["article"])))

    def _mark(self, one: Any) -> str:
        text = word(words.EVIDENCE, one["evidence"], self.language)
        return f"{text}: {one['remark']}" if one["remark"] else text

    def _law_rows(self) -> Rows:
        explained, rules = self.said["explained"], self.said["rules"]
        rows: Rows = []
        for law in explained["laws"] if explained else ():
            rows.append((self.both("依据", "Law"), f"{self._cited(law)} ({self._mark(law)})"))
        for one in explained["parameters"] if explained else ():
            since = f" · {one['since']}" if one["since"] else ""
            value = f"{one['value'][self.language]}{since} · {one['citation']} ({self._mark(one)})"
            rows.append((one["label"][self.language], value))
        return [*rows, (self.both("规则集 SHA-256", "Rules, SHA-256"), rules["digest"])]

    def _facts(self) -> Rows:
        explained = self.said["explained"]
        if not explained:
            why = self.said["not_explained"]
            return [("", why[self.language])] if why else []
        return [
            (one["label"][self.language], self._fact(one))
            for one in explained["facts"]
        ]  # fmt: skip

    def _fact(self, one: Any) -> str:
        if one["hidden"]:
            return words.HIDDEN.in_language(self.language)
        lines = [str(one["value"][self.language])]
        for source in one["from"]:
            name = (source["feed_name"] or {}).get(self.language, source["feed"])
            if source["delivery"] is None:
                lines.append(self.both(f"{name}：从未报送", f"{name}: never delivered"))
                continue
            row = source["row"]
            place = (
                self.both(f"第 {row} 行", f"row {row}")
                if row
                else self.both("未列此人", "says nothing of it")
            )
            lines.append(
                f"{name} · {source['file_name']} · {place} · {self._moment(source['received_at'])} · "
                f"SHA-256 {source['file_sha256'][:16]}…"
            )
        return "\n".join(lines)

    def _decision(self) -> Rows:
        decision, explained = self.said["decision"], self.said["explained"]
        rows: Rows = []
        if decision:
            rows.append((self.both("核定时间", "Decided"), self._moment(decision["assessed_at"])))
        for one in explained["conditions"] if explained else ():
            state = word(words.CONDITIONS, one["state"], self.language)
            rows.append((f"{one['id']} · {state}", one["sentence"][self.language]))
        reckoned = explained["arithmetic"] if explained else None
        if reckoned:
            rows.append((self.both("计发办法", "Amount rule"), reckoned["rule"][self.language]))
            lines = [one[self.language] for one in reckoned["lines"]]
            rows.append((self.both("算式", "Arithmetic"), "\n".join(lines)))
        for part in self.said["amount"]["parts"]:
            name = word(words.TYPES, part["what"], self.language)
            rows.append((name, f"{yuan(part['fen'])} {self.both('元', 'yuan')}"))
        total = f"{yuan(self.paid['amount_fen'])} {self.both('元', 'yuan')}"
        return [*rows, (self.both("本笔合计", "This line"), total)]

    def _screening(self) -> Rows:
        rows: Rows = []
        for one in self.said["screening"]["holds"]:
            text = one["sentence"][self.language] if one["sentence"] else one["control"]
            if one["cleared_at"]:
                by = self._person(one["cleared_by"])
                text += (
                    "\n"
                    + self.both("解除：", "cleared: ")
                    + f"{self._moment(one['cleared_at'])} {by} {one['reason'] or ''}"
                )
            rows.append((f"{self._moment(one['found_at'])}", text))
        if not rows:
            rows.append((self.both("筛查", "Controls"), self.both("未发现问题", "found nothing")))
        for off in self.said["screening"]["controls_off"]:
            rows.append(
                (
                    self.both("停用的筛查", "Control off"),
                    f"{off.get('control', '')} {off.get('reason', '')}",
                )
            )
        before = self.said["comparison"]["before"]
        if before:
            change = yuan(before["difference_fen"])
            rows.append((
                self.both("上期", "Before"),
                f"{before['period']} · {before['reference']} · {yuan(before['amount_fen'])} "
                + self.both(f"元，差额 {change} 元", f"yuan, difference {change} yuan"),
            ))  # fmt: skip
        return rows

    def _notice(self) -> Rows:
        notice = self.said["notice"]
        rows: Rows = [
            (
                one["number"] or self.both("续接", "continued"),
                f"{one['posted_on']} – {one['ends_on']} · {one['days']} "
                + self.both("天，第", "days, place ") + str(one["place"]) + self.both(" 位", ""),
            )
            for one in notice["posted"]
        ]  # fmt: skip
        reasons = {
            "ended": self.both("公示期满", "hung all its days"),
            "not_asked": self.both("本项目不要求公示", "no notice is asked for"),
            "reissue": self.both("补发不再公示", "a re-issue, posted before"),
        }
        rows += [
            (one["checked_on"], reasons.get(one["reason"], one["reason"]))
            for one in notice["checks"]
        ]
        rows += [
            (one["number"], f"{one['state']} · {self._moment(one['lodged_at'])}")
            for one in notice["objections"]
        ]
        return rows

    def _approval(self) -> Rows:
        approval = self.said["approval"]
        taken = [
            (one["at"], step["name"][self.language], self._person(one["by"]), "")
            for step in approval["steps"]
            for one in step["taken"]
        ]
        taken += [
            (
                one["at"],
                word(words.ACTS, one["act"], self.language),
                self._person(one["by"]),
                one["reason"],
            )
            for one in approval["acts"]
            if one["act"] != "approved" or not approval["steps"]
        ]
        rows: Rows = [
            (name, " · ".join(filter(None, (by, self._moment(at), why))))
            for at, name, by, why in sorted(taken)
        ]
        for one in self.said["left_out"]:
            rows.append(
                (
                    self.both("送行前暂缓", "Left out"),
                    f"{self._moment(one['at'])} {one['reason']} {one['control']}",
                )
            )
        place = self.said["signed"]["in_list"]
        if place:
            rows.append((
                self.both("所签名单", "Signed list"),
                self.both(f"共 {place['size']} 笔，本笔第 {place['index'] + 1} 位",
                          f"{place['size']} lines, this one is number {place['index'] + 1}"),
            ))  # fmt: skip
            rows.append((self.both("名单默克尔根", "Merkle root"), place["root"]))
        return rows

    def _bank(self) -> Rows:
        rows: Rows = []
        for one in self.said["bank"]["files"]:
            rows.append(
                (
                    one["bank"],
                    f"{one['file_name']} · {one['execution_date']}\nSHA-256 {one['sha256']}\nSM3 {one['sm3']}",
                )
            )
        for one in self.said["answers"]["replies"]:
            what = word(words.ANSWERS, one["said"], self.language)
            rows.append(
                (
                    self.both("回盘", "Reply"),
                    f"{what} {one['code']} {one['reason']} · {one['file']['file_name']} · {self._moment(one['file']['received_at'])}",
                )
            )
        for one in self.said["answers"]["statements"]:
            what = word(words.MATCHED, one["matched"], self.language)
            rows.append(
                (
                    self.both("对账单", "Statement"),
                    f"{one['booked_on']} · {yuan(one['fen'])} · {what} · {one['file']['file_name']} {one['line']}",
                )
            )
        for one in self.said["answers"]["recalls"]:
            rows.append(
                (
                    self.both("撤销", "Recall"),
                    f"{one['reference']} · {one['state']} · {one['reason']}",
                )
            )
        return rows

    def _ledger(self) -> Rows:
        rows: Rows = []
        for one in self.said["ledger"]:
            sides = sorted(one["postings"], key=lambda side: side["fen"] < 0)
            told = [event_in(one["event"], self.language), *map(self._side, sides)]
            rows.append((f"{one['number']} · {one['booked_on']}", "\n".join(told)))
        return rows

    def _side(self, side: Any) -> str:
        kind, _, rest = side["account"].partition(":")
        where = self.both("借", "Dr") if side["fen"] > 0 else self.both("贷", "Cr")
        name = " ".join(filter(None, (kind_in(kind, self.language), rest)))
        return f"{where} {name} {yuan(abs(side['fen']))}"

    def _linked(self) -> Rows:
        linked = self.said["linked"]
        rows: Rows = [
            (word(words.LINKS, one["how"], self.language),
             f"{one['reference']} · {one['batch_no']} · {yuan(one['amount_fen'])} · {word(words.STATES, one['state'], self.language)}")
            for one in linked["lines"]
        ]  # fmt: skip
        rows += [
            (self.both("追回", "Recovery"), f"{one['case_no']} · {one['state']}")
            for one in linked["recoveries"]
        ]
        rows += [
            (self.both("来款", "Receipt"), f"{one['statement_line']} · {one['state']}")
            for one in linked["receipts"]
        ]
        rows += [
            (
                self.both("账户更正", "Correction"),
                f"{one['file_name']} · {one['row']} · {one['state']}",
            )
            for one in linked["corrections"]
        ]
        return rows

    def _trail(self) -> Rows:
        trail = self.said["trail"]
        told = self.both(
            f"{trail['entries']} 条，均附证明，归于 {trail['size'] or 0} 条的签名树",
            f"{trail['entries']} entries, each with its proof, under a signed head of {trail['size'] or 0}",
        )
        rows: Rows = [(self.both("留痕记录", "Entries"), told)]
        if trail["waiting"]:
            rows.append((self.both("待入树", "Waiting"), str(trail["waiting"])))
        return rows

    def _person(self, one: Any) -> str:
        return f"{one['name'] or one['id']} · {one['organisation']}".rstrip(" ·") if one else ""

    def _moment(self, text: str | None) -> str:
        return f"{clock.civil(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if text else ""
