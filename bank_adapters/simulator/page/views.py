"""What the page shows, read from the bank's own books at the moment it is asked."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bank_adapters.registry import format_for
from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.behaviours import BEHAVIOURS, BY_NAME, FAULT_PLACES, Behaviour, Place
from bank_adapters.simulator.books import state_of
from bank_adapters.simulator.customers import DIRECT
from bank_adapters.simulator.page.words import LANGUAGES, speaker

HERE = Path(__file__).parent
ROWS = 100
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Query = Mapping[str, str]
# Figures that a behaviour may bring, and what the form calls them.
FIGURES = (
    ("days", "Days"),
    ("amount_fen", "Amount in fen"),
    ("length", "Characters left"),
    ("code", "Reason code"),
)
IN_PLACE = {
    "en": {
        "after_days": "some",
        "undone_after_days": "some",
        "days": "some",
        "amount_fen": "a sum you name",
        "fee_fen": "Some fen",
        "to_account": "the account you name",
        "day": "the day you name",
        "length": "few",
        "code": "a code you name",
    },
    "zh": {
        "after_days": "若干",
        "undone_after_days": "若干",
        "days": "若干",
        "amount_fen": "（金额自定）",
        "fee_fen": "（金额自定）",
        "to_account": "（自选）",
        "day": "指定日",
        "length": "若干",
        "code": "自选代码",
    },
}


class NothingHere(LookupError):
    """No such page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished page."""

    content: bytes
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def show(
    bank: Bank, path: str, query: Query, language: str, token: str, refused: str = ""
) -> Shown:
    """Return a page. Raises NothingHere."""
    if path == "/page.css":
        return Shown((HERE / "page.css").read_bytes(), "text/css; charset=utf-8")
    first, _, rest = path.strip("/").partition("/")
    if first == "answers" and rest:
        return _file(bank, rest)
    made = PAGES.get((first, bool(rest)))
    if made is None:
        raise NothingHere
    template, view = made
    seen = view(bank, rest, query)
    text = TEMPLATES.get_template(template).render(
        **seen,
        t=speaker(language),
        language=language,
        languages=LANGUAGES,
        token=token,
        path=path,
        refused=refused,
        done=query.get("done", ""),
        yuan=_yuan,
        sentence=lambda name: _sentence(name, language),
        title=lambda user: _title(bank, user, language),
    )
    return Shown(text.encode())


def _yuan(amount_fen: int) -> str:
    sign = "-" if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{fen:02d}"


def _sentence(name: str, language: str) -> str:
    """Return a behaviour's sentence with plain words where the plan has names."""
    behaviour = BY_NAME.get(name)
    if behaviour is None:
        return name
    text = behaviour.chinese if language == "zh" else behaviour.english
    for option, said in IN_PLACE[language].items():
        text = re.sub(rf" ?`?\b{option}\b`? ?" if language == "zh" else f"`{option}`", said, text)
    return text


def _title(bank: Bank, user: str, language: str) -> str:
    customer = bank.customers.get(user) or DIRECT.get(user)
    if customer is None:
        return user
    profile = format_for(customer.profile).profile
    return profile.title_zh if language == "zh" else profile.title_en


def _arranged(bank: Bank) -> list[dict[str, Any]]:
    rows = bank.books.rows("SELECT * FROM fault WHERE remaining > 0 ORDER BY id")
    return [{**dict(row), "options": json.loads(row["options"])} for row in rows]


def _overview(bank: Bank, _: str, query: Query) -> dict[str, Any]:
    accounts = bank.books.rows("SELECT * FROM account ORDER BY bank, account_no")
    by_user: dict[str, list[dict[str, Any]]] = {user: [] for user in (*bank.customers, *DIRECT)}
    for row in accounts:
        by_user.setdefault(row["bank"], []).append(dict(row))
    last = max((row["closed_on"] for row in accounts), default="")
    following = date.fromisoformat(last) + timedelta(days=1) if last else _today()
    totals: dict[str, list[int]] = {}
    for row in bank.books.rows(
        "SELECT deed, returned_on_no, undone_on_no, count(*) AS n, sum(payment.amount_fen) AS fen"
        " FROM payment GROUP BY 1, returned_on_no IS NULL, undone_on_no IS NULL"
    ):
        sums = totals.setdefault(state_of(row), [0, 0])
        sums[0] += row["n"]
        sums[1] += row["fen"]
    return {
        "accounts": by_user,
        "next_day": following.isoformat(),
        "totals": totals,
        "arranged": _arranged(bank),
        "called": dict(FIGURES),
        "closed": query.get("closed", ""),
    }


def _today() -> date:
    return date.fromtimestamp(time.time())  # noqa: DTZ012 - the day on this machine's wall


def _before(query: Query) -> int:
    written = query.get("before", "")
    return (
        int(written) if written.isascii() and written.isdecimal() and len(written) < 15 else 10**15
    )


def _files(bank: Bank, _: str, query: Query) -> dict[str, Any]:
    user = query.get("user", "")
    rows = bank.books.rows(
        "SELECT * FROM file WHERE id < ? AND (bank = ? OR ? = '') ORDER BY id DESC LIMIT ?",
        _before(query),
        user,
        user,
        ROWS,
    )
    return {"files": [dict(row) for row in rows], "user": user, "more": len(rows) == ROWS}


def _payments(bank: Bank, number: str, query: Query) -> dict[str, Any]:
    found = bank.books.rows("SELECT * FROM file WHERE id = ?", number)
    if not found:
        raise NothingHere
    after = query.get("after", "0")
    rows = bank.books.rows(
        "SELECT * FROM payment WHERE file_id = ? AND serial > ? ORDER BY serial LIMIT ?",
        number,
        int(after) if after.isascii() and after.isdecimal() and len(after) < 15 else 0,
        ROWS,
    )
    payments = [{**dict(row), "state": state_of(row)} for row in rows]
    return {"file": dict(found[0]), "payments": payments, "more": len(rows) == ROWS}


def _answers(bank: Bank, _: str, query: Query) -> dict[str, Any]:
    user = query.get("user", "")
    rows = bank.books.rows(
        "SELECT id, bank, path, length(content) AS size, laid_out, closings, due_at FROM answer"
        " WHERE id < ? AND (bank = ? OR ? = '') ORDER BY id DESC LIMIT ?",
        _before(query),
        user,
        user,
        ROWS,
    )
    answers = [
        {**dict(row), "there": (bank.state / row["bank"] / row["path"]).exists()} for row in rows
    ]
    return {"answers": answers, "user": user, "more": len(rows) == ROWS}


def _file(bank: Bank, number: str) -> Shown:
    found = bank.books.rows("SELECT path, content FROM answer WHERE id = ?", number)
    if not found:
        raise NothingHere
    name = str(found[0]["path"]).rpartition("/")[2]
    plain = all(letter.isascii() and (letter.isalnum() or letter in "-._") for letter in name)
    # Never shown as a page: one of the behaviours is an HTML page in place of an answer.
    attachment = f'attachment; filename="{name if plain else "answer"}"'
    return Shown(
        bytes(found[0]["content"]), "application/octet-stream", {"Content-Disposition": attachment}
    )


def _arrange(bank: Bank, _: str, query: Query) -> dict[str, Any]:  # noqa: ARG001 - as the others
    groups: dict[str, list[Behaviour]] = {}
    for one in BEHAVIOURS:
        if one.place in FAULT_PLACES:
            groups.setdefault(one.place.value, []).append(one)
    fates = {**bank.plan.accounts, **bank.plan.account_sha256}
    return {
        "groups": groups,
        "deeds": [one for one in BEHAVIOURS if one.place is Place.PAYMENT],
        "ways": [one for one in BEHAVIOURS if one.place is Place.RETURN],
        "customers": [*bank.customers, *DIRECT],
        "arranged": _arranged(bank),
        "fates": list(fates.items())[:ROWS],
        "figures": FIGURES,
        "called": dict(FIGURES),
    }


def _movements(bank: Bank, rest: str, query: Query) -> dict[str, Any]:  # noqa: ARG001
    user, _, account_no = rest.partition("/")
    found = bank.books.rows(
        "SELECT * FROM account WHERE bank = ? AND account_no = ?", user, account_no
    )
    if not found:
        raise NothingHere
    rows = [
        dict(row)
        for row in bank.books.rows(
            "SELECT * FROM movement WHERE bank = ? AND account_no = ? ORDER BY statement_no, place",
            user,
            account_no,
        )
    ]
    balance_fen = int(found[0]["statement_fen"]) - sum(row["signed_fen"] for row in rows)
    opening_fen = balance_fen
    for row in rows:
        balance_fen += row["signed_fen"]
        row["balance_fen"] = balance_fen
    return {
        "account": dict(found[0]),
        "opening_fen": opening_fen,
        "movements": rows[-5 * ROWS :],
    }


View = Callable[[Bank, str, Query], dict[str, Any]]
PAGES: Mapping[tuple[str, bool], tuple[str, View]] = {
    ("", False): ("overview.html", _overview),
    ("files", False): ("files.html", _files),
    ("files", True): ("payments.html", _payments),
    ("answers", False): ("answers.html", _answers),
    ("arrange", False): ("arrange.html", _arrange),
    ("accounts", True): ("movements.html", _movements),
}
