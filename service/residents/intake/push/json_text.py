"""Read JSON that can mean one thing only: no duplicate keys, no floats, not deep, no odd characters."""

import json
import re
from typing import Any

from service.residents.intake.push.problems import JsonWrong

_DEPTH_MAX = 4
_INTEGER_CHARS_MAX = 15
_ODD = re.compile("[\0\ud800-\udfff]")


class _Doubtful(ValueError):
    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(why)
        self.problem = JsonWrong(why, why_zh)


def read_json(body: bytes, *, integers: bool = False) -> Any:
    """Return the value of a JSON text in UTF-8; raises JsonWrong.

    With ``integers`` small whole numbers are numbers; otherwise every number is refused, because
    amounts and ID numbers that have once been a float are no longer what was written.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer if integers else _number,
            parse_float=_number,
            parse_constant=_number,
        )
        _refuse_deep(value, _DEPTH_MAX)
    except _Doubtful as doubtful:
        raise doubtful.problem from None
    except RecursionError:
        raise JsonWrong("it is nested too deeply", "嵌套过深") from None
    except ValueError:
        raise JsonWrong("it is not JSON in UTF-8", "不是 UTF-8 编码的 JSON") from None
    return value


def is_plain(text: str) -> bool:
    """Return whether a text has no NUL and no half of a character."""
    return _ODD.search(text) is None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Doubtful("an object has the same key twice", "对象中有重复的键")
    return found


def _number(_text: str) -> Any:
    raise _Doubtful(
        "it holds a number; amounts and numbers are sent as text",
        "含有数字，金额和号码须以文本发送",
    )


def _integer(text: str) -> int:
    if len(text) > _INTEGER_CHARS_MAX:
        raise _Doubtful("it holds a number that is too long", "含有过长的数字")
    return int(text)


def _refuse_deep(value: Any, left: int) -> None:
    if not isinstance(value, list | dict):
        return
    if not left:
        raise _Doubtful("it is nested too deeply", "嵌套过深")
    for one in value.values() if isinstance(value, dict) else value:
        _refuse_deep(one, left - 1)
