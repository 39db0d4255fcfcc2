"""What the page's buttons do: arrange, take away, close a day, send an answer again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.behaviours import BY_NAME, FAULT_PLACES, Place
from bank_adapters.simulator.customers import DIRECT
from bank_adapters.simulator.days import DayRefused, close_day
from bank_adapters.simulator.plan import PlanRefused

Form = Mapping[str, str]
TIMES_MAX = 1_000


class ActRefused(Exception):
    """What was asked cannot be done; `said` is the sentence in both languages, `page` where to say it."""

    def __init__(self, page: str, english: str, chinese: str) -> None:
        self.page = page
        self.said = {"en": english, "zh": chinese}
        super().__init__(english)


def act(bank: Bank, path: str, form: Form) -> str:
    """Do what a form asks for; return where to go then. Raises ActRefused."""
    done = ACTS.get(path)
    if done is None:
        raise ActRefused("/", "There is no such button.", "没有这个操作。")
    return done(bank, form)


def _close_day(bank: Bank, form: Form) -> str:
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        raise ActRefused("/", "Choose a day.", "请选择日期。") from None
    try:
        close_day(bank, day)
    except DayRefused:
        raise ActRefused(
            "/",
            "A later day is closed already; choose that day or one after it.",
            "更晚的日期已经日终，请选择该日或以后的日期。",
        ) from None
    return f"/?closed={day.isoformat()}"


def _arrange(bank: Bank, form: Form) -> str:
    behaviour = BY_NAME.get(form.get("kind", ""))
    if behaviour is None or behaviour.place not in FAULT_PLACES:
        raise ActRefused("/arrange", "Choose what the bank shall do.", "请选择银行要做的事。")
    user = _user(bank, form)
    times = _number(form.get("times", "1"), "/arrange")
    options: dict[str, Any] = {}
    for name in behaviour.options:
        written = form.get(name, "").strip()
        if written and name == "code":
            if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", written):
                raise ActRefused(
                    "/arrange",
                    "A code is four capitals or digits, such as AC04.",
                    "代码为四位大写字母或数字，例如 AC04。",
                )
            options[name] = written
        elif written:
            options[name] = _number(written, "/arrange", 10**12)
    bank.books.arrange(behaviour.name, user, min(times, TIMES_MAX), options)
    return f"/arrange?done={behaviour.name}#arranged"


def _take_away(bank: Bank, form: Form) -> str:
    bank.books.connection.execute(
        "UPDATE fault SET remaining = 0 WHERE id = ?", (form.get("id", ""),)
    )
    return "/arrange#arranged"


def _fate(bank: Bank, form: Form) -> str:
    """Decide what becomes of payments to one account from now on."""
    account_no = form.get("account_no", "").replace(" ", "")
    if not re.fullmatch(r"[A-Za-z0-9]{1,32}", account_no):
        raise ActRefused(
            "/arrange",
            "An account number is digits or letters, 32 at most.",
            "账号只能是数字或字母，最多 32 位。",
        )
    do = BY_NAME.get(form.get("do", ""))
    if do is None or do.place is not Place.PAYMENT:
        raise ActRefused("/arrange", "Choose what becomes of the payment.", "请选择付款的结果。")
    fate: dict[str, Any] = {
        "do": do.name,
        "after_days": _number(form.get("after_days", "1"), "/arrange"),
    }
    if form.get("code"):
        fate["code"] = form["code"]
    how = BY_NAME.get(form.get("how", ""))
    if how is not None and how.place is Place.RETURN:
        fate["how"] = [how.name]
        fate |= {name: form[name] for name in ("to_account", "day") if form.get(name)}
        if form.get("fee_fen"):
            fate["fee_fen"] = _number(form["fee_fen"], "/arrange", 10**12)
    plan = json.loads(bank.books.meta("plan") or "{}")
    plan.setdefault("accounts", {})[account_no] = fate
    plan.pop("faults", None)
    try:
        bank.adopt_plan(json.dumps(plan), keep_faults=True)
    except PlanRefused:
        raise ActRefused(
            "/arrange",
            "This way of coming back needs its figure: a fee, an account or a day.",
            "这种退汇方式还需要一项：手续费、账户或日期。",
        ) from None
    return f"/arrange?done={do.name}#fates"


def _send_again(bank: Bank, form: Form) -> str:
    """Lay a file out once more under a name of its own, hidden ones too."""
    found = bank.books.rows("SELECT * FROM answer WHERE id = ?", form.get("id", ""))
    if not found:
        raise ActRefused("/answers", "That answer is gone.", "没有这份回单。")
    one = found[0]
    stem, _, rest = str(one["path"]).rpartition("/")[2].partition(".")
    folder = str(one["path"]).rpartition("/")[0]
    count = len(bank.books.rows("SELECT 1 FROM answer WHERE bank = ?", one["bank"]))
    bank.books.connection.execute(
        "INSERT INTO answer (bank, path, content, due_at, laid_out) VALUES (?, ?, ?, ?, 0)",
        (one["bank"], f"{folder}/{stem}.again{count}.{rest}", one["content"], bank.due_at()),
    )
    return "/answers?done=again"


def _user(bank: Bank, form: Form) -> str:
    user = form.get("user", "")
    if user not in bank.customers and user not in DIRECT:
        raise ActRefused("/arrange", "Choose a customer.", "请选择客户。")
    return user


def _number(written: str, page: str, largest: int = TIMES_MAX) -> int:
    if not re.fullmatch(r"[0-9]{1,13}", written.strip()) or not 0 < int(written) <= largest:
        raise ActRefused(
            page, f"Write a whole number from 1 to {largest}.", f"请填 1 到 {largest} 的整数。"
        )
    return int(written)


ACTS: Mapping[str, Callable[[Bank, Form], str]] = {
    "/close-day": _close_day,
    "/arrange": _arrange,
    "/take-away": _take_away,
    "/fate": _fate,
    "/send-again": _send_again,
}
