"""Show a feed's dictionary as tables in a terminal."""

from collections.abc import Iterator

from rich.table import Table

from service.residents.feeds import Feed
from service.residents.feeds.dictionary import ColumnLine, Dictionary, dictionary
from service.residents.feeds.words import Language, Words

_TERMS = {
    "department": Words("部门", "Department"),
    "system": Words("系统", "System"),
    "mode_words": Words("方式", "Mode"),
    "freshness_days": Words("时效（天）", "Freshness in days"),
    "gate_days": Words("停批（天）", "Approval stops after days"),
    "key": Words("主键", "Key"),
    "household": Words("户", "Household"),
    "valid_from": Words("起始", "True from"),
    "valid_to": Words("终止", "True to"),
    "jurisdiction": Words("辖区", "Jurisdiction"),
}
_HEADERS = (
    Words("列", "Column"), Words("必填", "Required"), Words("格式", "Format"), Words("取值", "Codes"),
    Words("含义", "Meaning"), Words("字段", "Kept as"), Words("事实", "Facts"),
)  # fmt: skip
_YES = Words("是", "yes")


def dictionary_tables(feed: Feed, language: Language) -> Iterator[Table]:
    """Yield the feed's terms, its columns, its facts with their feeds, and the proofs it spares."""
    told = dictionary(feed, language)
    yield _terms(told, language)
    columns = Table()
    for header in _HEADERS:
        columns.add_column(header.said(language), overflow="fold")
    for line in told.columns:
        columns.add_row(*_cells(line, language))
    yield columns
    facts = Table(
        Words("事实", "Fact").said(language),
        Words("来源顺序", "Feeds, first believed first").said(language),
    )
    for fact in told.facts:
        facts.add_row(fact.fact, " > ".join(fact.feeds))
    yield facts
    spared = Table(
        Words("代码", "Code").said(language),
        Words("不必再开具", "No longer asked for").said(language),
    )
    for proof in told.proofs:
        spared.add_row(proof.code, proof.name)
    yield spared


def _terms(told: Dictionary, language: Language) -> Table:
    table = Table(title=f"{told.code} {told.name}", show_header=False)
    for field, words in _TERMS.items():
        value = getattr(told, field)
        text = "、".join(value) if isinstance(value, tuple) else str(value)
        if text:
            table.add_row(words.said(language), text)
    return table


def _cells(line: ColumnLine, language: Language) -> tuple[str, ...]:
    codes = "\n".join(
        code.word if code.meaning == code.word else f"{code.word} {code.meaning}"
        for code in line.codes
    )
    return (
        line.header,
        _YES.said(language) if line.required else "",
        line.type_words,
        codes,
        line.meaning,
        line.kept_as,
        "\n".join(line.facts),
    )
