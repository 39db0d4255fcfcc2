"""What is typed or sent and is no character of any writing: the database keeps none of it."""

import psycopg
from sqlalchemy.exc import DBAPIError

from service.foundation.problems import Problem

_NUL = "cannot contain NUL"
"""How psycopg says it, before anything is sent."""


class NotWritten(Problem):
    """Something was sent that is no character of any writing: U+0000, or half of a character."""

    code = "not_written"
    status = 422
    title = "There is something that is no character"

    def __init__(self) -> None:
        super().__init__(
            "What was sent holds something that is no character (U+0000, or half of one); type it again.",
            "提交内容含有不是文字的字符（U+0000 或不完整的字符），请重新输入。",
        )


def is_not_written(error: Exception) -> bool:
    """Whether an error is about such a thing, and not a fault of ours."""
    cause: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, UnicodeEncodeError):
        return cause.reason == "surrogates not allowed"
    return isinstance(cause, psycopg.DataError) and _NUL in str(cause)
