"""An explanation as lines of plain text, for terminals and programs."""

from collections.abc import Iterable, Iterator

from service.programmes.telling import words
from service.programmes.telling.told import Told, ValueTold


def as_text(told: Told) -> str:
    """Return an explanation as text; an empty line parts its sections."""
    return "\n".join(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    title = words.in_language(words.TITLE, told.language)
    yield title.format(name=told.name, code=told.code, period=told.period)
    yield told.lead
    yield from _section(told, "conditions")
    for number, one in enumerate(told.conditions, 1):
        yield f"{number}. [{one.tag.text}] {one.sentence} ({one.id})"
        yield from _values(one.values)
        yield from (f"    {text}" for text in (one.change, one.ask) if text)
    if told.amount is not None:
        yield from _section(told, "amount")
        yield f"{told.amount.rule} ({told.amount.tag.text})"
        yield from (f"    {line}" for line in told.amount.lines)
        yield from _values(told.amount.values)
        if told.amount.doubt:
            yield told.amount.doubt
    if told.ways:
        yield from _section(told, "ways")
        yield from (f"    {way}" for way in told.ways)
    yield from _section(told, "laws")
    yield from (f"    {law.text} ({law.tag.text})" for law in told.laws)
    yield from _section(told, "basis")
    yield from (f"    {label}: {value}" for label, value in told.basis)


def _section(told: Told, key: str) -> tuple[str, str]:
    return "", told.headings[key]


def _values(values: Iterable[ValueTold]) -> Iterator[str]:
    for value in values:
        yield f"    {value.text}"
        yield from (f"        {text}" for text in (*value.sources, *value.trace))
