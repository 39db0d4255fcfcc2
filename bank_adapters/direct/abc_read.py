"""Read an ABC-style answer: JSON with a result per payment; numbers are never made binary."""

from __future__ import annotations

import json
import re
from typing import Any

from bank_adapters.contract import BankProfile, Reply
from bank_adapters.direct.said import Said, plain_code
from bank_adapters.direct.statuses import ABC
from bank_adapters.money import AmountRefused, fen_from_yuan
from bank_adapters.text import looks_like_html

COUNT = re.compile(r"[0-9]{1,9}")


class Written(str):
    """A JSON number exactly as it was written."""

    __slots__ = ()


class KeyTwice(ValueError):
    """An object names one key twice; which of the two is meant nobody knows."""


def read(profile: BankProfile, content: bytes) -> Reply:
    """Return the reply; never raises for its input."""
    said = Said(ABC)
    message = message_of(profile, said, content)
    if message is not None:
        _message(said, message)
    return said.reply(profile)


def message_of(profile: BankProfile, said: Said, content: bytes) -> dict[str, Any] | None:
    """Return the message; without one, `said` has the fault that says why."""
    if not content:
        said.say("file_empty")
    elif len(content) > profile.max_reply_bytes:
        said.say("file_too_large", detail=f"{len(content)} > {profile.max_reply_bytes}")
    elif looks_like_html(content):
        said.say("html_page")
    if said.faults:
        return None
    try:
        found = json.loads(
            content.decode("utf-8"),
            parse_float=Written,
            parse_int=Written,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        said.say("encoding_wrong", detail="UTF-8")
        return None
    except KeyTwice:
        said.say("key_twice")
        return None
    except (ValueError, RecursionError):
        said.say("json_broken", detail="JSON")
        return None
    if isinstance(found, dict):
        return found
    said.say("message_unexpected", detail="itms0003")
    return None


def _message(said: Said, message: dict[str, Any]) -> None:
    code = text_of(message.get("retCode"))
    if code not in {"", "0000", "0"}:
        # The question failed, or the batch was not taken: about no payment is anything known.
        said.say("request_refused", detail=plain_code(code))
        return
    details = message.get("details")
    if not isinstance(details, list):
        said.say("message_unexpected", detail="details")
        return
    said.file_reference = text_of(message.get("reqId"))
    if message.get("totalNum") is not None:
        count = text_of(message["totalNum"])
        if COUNT.fullmatch(count):
            said.count = int(count)
        else:
            said.say("header_field_wrong", field="totalNum", value=count)
    if message.get("totalAmt") is not None:
        said.amount_fen = fen_of(said, message["totalAmt"], None, "totalAmt", zero_allowed=True)
    for line, one in enumerate(details, start=1):
        if not isinstance(one, dict):
            said.say("json_shape", line=line, detail="an object")
            continue
        amount = one.get("amount")
        amount_fen = None if amount is None else fen_of(said, amount, line, "amount")
        status, why = text_of(one.get("status")), text_of(one.get("retMsg"))
        said.payment(line, text_of(one.get("erpNo")), amount_fen, status, why)


def fen_of(
    said: Said, written: object, line: int | None, field: str, *, zero_allowed: bool = False
) -> int | None:
    """Return an amount in fen; None after saying what is wrong with it."""
    text = text_of(written)
    try:
        # A JSON number has no fixed decimals: 100 in it is a hundred yuan. A text has two.
        exact = not isinstance(written, Written)
        return fen_from_yuan(text, two_decimals=exact, zero_allowed=zero_allowed)
    except AmountRefused as refused:
        said.say(refused.code, line=line, field=field, value=text)
        return None


def text_of(value: object) -> str:
    """Return a text or a written number, "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise KeyTwice
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
