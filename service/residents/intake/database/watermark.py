"""How far a source was read: a value of one column, kept as text, compared by its own type."""

from datetime import date, datetime, timedelta
from typing import Any

from psycopg import sql

from service.residents.intake.database.problems import WatermarkWrong
from service.residents.intake.terms import DatabaseTerms

# pg_type by kind: int2, int4, int8; date; timestamp, timestamptz.
_TYPES = {"int": {21, 23, 20}, "date": {1082}, "timestamp": {1114, 1184}}


class Watermark:
    """Follows the highest value of the watermark column while rows pass by."""

    def __init__(self, terms: DatabaseTerms, before: str | None) -> None:
        self._column = terms.watermark_column
        self._kind = terms.watermark_type or ""
        # A day is not over when it is read: without being told, a date is asked for once more.
        usual = 1 if self._kind == "date" else 0
        self._look_back = usual if terms.look_back is None else terms.look_back
        self._before = before
        self._highest: Any = None
        self._position: int | None = None

    @property
    def column(self) -> str | None:
        return self._column

    def condition(self) -> tuple[sql.Composable, list[object]]:
        """Return the condition for rows above what was read, and its parameters.

        A row without a value is asked for every time: nothing says that it was taken over.
        """
        if self._column is None or self._before is None:
            return sql.SQL(""), []
        clause = sql.SQL(" WHERE ({0} > %s OR {0} IS NULL)").format(sql.Identifier(self._column))
        return clause, [self._from(self._before)]

    def fits(self, names: list[str], types: list[int]) -> None:
        """Find the column in the query's answer; raises :class:`WatermarkWrong`."""
        if self._column is None:
            return
        if self._column not in names:
            raise WatermarkWrong(self._column, self._kind)
        self._position = names.index(self._column)
        if types[self._position] not in _TYPES[self._kind]:
            raise WatermarkWrong(self._column, self._kind)

    def pass_by(self, row: tuple[Any, ...]) -> None:
        """Look at one row."""
        if self._position is None:
            return
        value = row[self._position]
        if value is not None and (self._highest is None or value > self._highest):
            self._highest = value

    def after(self) -> str | None:
        """Return the watermark to keep: never lower than before."""
        if self._highest is None:
            return self._before
        if self._before is not None and self._highest <= self._parsed(self._before):
            return self._before
        highest: object = self._highest
        return highest.isoformat() if isinstance(highest, date) else str(highest)

    def _from(self, before: str) -> object:
        parsed = self._parsed(before)
        if isinstance(parsed, datetime):
            return parsed - timedelta(seconds=self._look_back)
        if isinstance(parsed, date):
            return parsed - timedelta(days=self._look_back)
        return parsed - self._look_back

    def _parsed(self, text: str) -> Any:
        if self._kind == "int":
            return int(text)
        return date.fromisoformat(text) if self._kind == "date" else datetime.fromisoformat(text)
