"""The text of a query: exactly one SELECT that changes nothing.

This is the first of three walls. The second is a READ ONLY transaction, the third a role that
could not write if it wanted to.
"""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_FORBIDDEN = (
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Into,
    exp.Lock,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.Command,
    exp.Copy,
    exp.Set,
)


def one_select(text: str) -> str:
    """Return the query without a closing semicolon; raises ValueError with the code of the fault."""
    try:
        statements = [one for one in sqlglot.parse(text, read="postgres") if one is not None]
    except (SqlglotError, RecursionError):
        raise ValueError("query_unreadable") from None
    if any(next(one.find_all(*_FORBIDDEN), None) is not None for one in statements):
        raise ValueError("query_changes_data")
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ValueError("query_not_one_select")
    if any(one.find(exp.Placeholder, exp.Parameter) for one in statements):
        raise ValueError("query_unreadable")
    return text.strip().removesuffix(";").rstrip()
