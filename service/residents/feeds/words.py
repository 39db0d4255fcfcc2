"""What types, modes and kinds of households are called, and how a value of each type is written."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from service.residents.feeds.definition import Kind, Mode, Type

Language = Literal["zh", "en"]


class Words(NamedTuple):
    """The same said in both languages."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class TypeWords(NamedTuple):
    """What a type is called, and a value as it is written into a cell."""

    words: Words
    example: str


TYPES: Mapping[Type, TypeWords] = {
    "id": TypeWords(Words("公民身份号码，18位（旧15位）", "ID number of 18 (or 15) characters"), "11010519491231002X"),
    "certificate": TypeWords(Words("出生医学证明编号，1位字母9位数字", "Birth certificate: a letter, nine digits"), "Z000000001"),
    "name": TypeWords(Words("姓名，按登记原样", "Name as registered"), "王秀英"),
    "date": TypeWords(Words("日期", "Day"), "2026-01-05"),
    "month": TypeWords(Words("月份", "Month"), "2026-01"),
    "text": TypeWords(Words("文字，不超过200字", "Text of at most 200 characters"), "安宁村"),
    "code": TypeWords(Words("从所列取值中选一", "One of the listed words"), ""),
    "int": TypeWords(Words("整数", "Whole number"), "3"),
    "yuan": TypeWords(Words("金额（元），至多两位小数", "Amount in yuan, at most 2 decimals"), "1175.50"),
    "mu": TypeWords(Words("面积（亩），至多三位小数", "Area in mu, at most 3 decimals"), "3.250"),
    "sqm": TypeWords(Words("面积（平方米），至多两位小数", "Area in square metres, at most 2 decimals"), "28.50"),
    "index": TypeWords(Words("指数或百分数，至多两位小数", "Index or percentage, at most 2 decimals"), "102.35"),
    "bool": TypeWords(Words("填“是”或“否”", "是 for yes or 否 for no"), "是"),
    "division": TypeWords(Words("区划代码，12位", "Division of 12 digits"), "330523100001"),
    "card": TypeWords(Words("银行账号，12至32位", "Account of 12 to 32 digits or letters"), "6217000000000000000"),
    "bankcode": TypeWords(Words("开户行行号，12位", "Code of the branch, 12 digits"), "105336300019"),
}  # fmt: skip

MODES: Mapping[Mode, Words] = {
    "full": Words("全量：本次未列出的记录视为终止", "Full: what is not listed has ended"),
    "incremental": Words("增量：本次未列出的记录保持不变", "Incremental: what is not listed is unchanged"),
}  # fmt: skip

HOUSEHOLDS: Mapping[Kind, Words] = {
    "hukou": Words("户籍户", "Registered household"),
    "assist": Words("共同生活家庭", "Household living together"),
    "land": Words("承包方", "Contracting household"),
}
