"""What each period brings, when months were asked about and not only one."""

from collections.abc import Iterator, Sequence

from eligibility_rules.asking.lines import Line
from eligibility_rules.explanation.show_values import decimal_text
from service.programmes.telling import words


def periods_told(lines: Sequence[Line], language: str) -> Iterator[str]:
    """Return a heading and a line for each period that is not settled."""
    yield words.in_language(words.MENDED, language)
    for line in lines:
        yield "    " + words.in_language(words.MENDED_LINE, language).format(
            period=line.period,
            kind=words.in_language(line.kind.words, language),
            amount="–" if line.amount_fen is None else decimal_text(line.amount_fen, 2),
            why=words.in_language(line.why, language),
        )
    if not lines:
        yield f"    {words.in_language(words.NOTHING, language)}"
