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
    message = _parsed(profile, said, content)
    if message is not None:
        _message(said, message)
    return said.reply(profile)


def _parsed(profile: BankProfile, said: Said, content: bytes) -> dict[str, Any] | None:
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
    code = _text(message.get("retCode"))
    if code not in {"", "0000", "0"}:
        # The question failed, or the batch was not taken: about no payment is anything known.
        said.say("request_refused", detail=plain_code(code))
        return
    details = message.get("details")
    if not isinstance(details, list):
        said.say("message_unexpected", detail="details")
        return
    said.file_reference = _text(message.get("reqId"))
    if message.get("totalNum") is not None:
        count = _text(message["totalNum"])
        if COUNT.fullmatch(count):
            said.count = int(count)
        else:
            said.say("header_field_wrong", field="totalNum", value=count)
    if message.get("totalAmt") is not None:
        said.amount_fen = _fen(said, message["totalAmt"], None, "totalAmt", zero_allowed=True)
    for line, one in enumerate(details, start=1):
        if not isinstance(one, dict):
            said.say("json_shape", line=line, detail="an object")
            continue
        amount = one.get("amount")
        amount_fen = None if amount is None else _fen(said, amount, line, "amount")
        status, why = _text(one.get("status")), _text(one.get("retMsg"))
        said.payment(line, _text(one.get("erpNo")), amount_fen, status, why)


def _fen(
    said: Said, written: object, line: int | None, field: str, *, zero_allowed: bool = False
) -> int | None:
    text = _text(written)
    try:
        # A JSON number has no fixed decimals: 100 in it is a hundred yuan. A text has two.
        exact = not isinstance(written, Written)
        return fen_from_yuan(text, two_decimals=exact, zero_allowed=zero_allowed)
    except AmountRefused as refused:
        said.say(refused.code, line=line, field=field, value=text)
        return None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise KeyTwice
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
