"""What can be wrong with a row: a stable code and one sentence in two languages.

The sentences are kept beside the row in the clear, so they never repeat what the cell said: only
the column, the allowed words, or the code points of a character that may not be there.
"""

from typing import NamedTuple

SENTENCES: dict[str, tuple[str, str]] = {
    "value_missing": ("“{header}” is empty; it is required.", "“{header}”为空，此项必填。"),
    "cell_formula": (
        "“{header}” is a formula; paste the value itself.",
        "“{header}”是公式，请粘贴为数值后报送。",
    ),
    "cell_error": ("“{header}” is an error value.", "“{header}”是错误值。"),
    "cell_merged": (
        "The row is part of a merged block; give every row its own values.",
        "本行处于合并单元格中，请取消合并，逐行填写。",
    ),
    "row_ragged": (
        "The row has another number of cells than the header ({detail}).",
        "本行的单元格数与表头不同（{detail}）。",
    ),
    "other_place": (
        "The row is about a place that this delivery may not speak about.",
        "本行所涉区划不属于本次报送的范围。",
    ),
    "key_conflict": (
        "Several rows of this file have this row's key but say different things; none is taken.",
        "本文件中有多行主键相同而内容不同，均不采用。",
    ),
    "dates_reversed": ("{detail}: the second is before the first.", "{detail}：后者早于前者。"),
    "id_shape": (
        "“{header}” is not an ID number of 18 characters (or 15 digits).",
        "“{header}”不是 18 位（或 15 位）公民身份号码。",
    ),
    "id_as_number": (
        "“{header}” was typed as a number, so its digits cannot be trusted; format the column as text.",
        "“{header}”是数值格式，号码已可能失真，请设为文本格式重新填写。",
    ),
    "id_lost_digits": (
        "“{header}” is in scientific notation; its last digits are lost.",
        "“{header}”是科学计数法，后几位已丢失。",
    ),
    "id_zeros": ("“{header}” is all zeros.", "“{header}”全为零。"),
    "id_place": (
        "The first two digits of “{header}” are no province.",
        "“{header}”前两位不是省级代码。",
    ),
    "id_birth": (
        "The birth date in “{header}” does not exist.",
        "“{header}”中的出生日期不存在。",
    ),
    "id_unborn": (
        "The birth date in “{header}” is in the future.",
        "“{header}”中的出生日期在将来。",
    ),
    "id_check": ("The check character of “{header}” is wrong.", "“{header}”的校验码不正确。"),
    "name_character": (
        "“{header}” contains characters that no name has ({detail}).",
        "“{header}”含有姓名中不应有的字符（{detail}）。",
    ),
    "name_digits": ("“{header}” contains digits.", "“{header}”含有数字。"),
    "name_formula": (
        "“{header}” starts with a character that spreadsheets run as a formula ({detail}).",
        "“{header}”以会被表格软件当作公式的字符开头（{detail}）。",
    ),
    "name_long": (
        "“{header}” has more than {detail} characters.",
        "“{header}”超过 {detail} 个字符。",
    ),
    "text_character": (
        "“{header}” contains characters that cannot be shown ({detail}).",
        "“{header}”含有无法显示的字符（{detail}）。",
    ),
    "text_long": (
        "“{header}” has more than {detail} characters.",
        "“{header}”超过 {detail} 个字符。",
    ),
    "text_holds_id": (
        "“{header}” contains somebody's ID number, which does not belong there.",
        "“{header}”中含有公民身份号码，不应填在此处。",
    ),
    "number_lost_digits": (
        "“{header}” was typed as a number of more digits than a spreadsheet keeps; format it as text.",
        "“{header}”是数值格式且位数过多，号码已失真，请设为文本格式。",
    ),
    "date_shape": (
        "“{header}” is not a date; write it like 2026-01-05.",
        "“{header}”不是日期，请写成 2026-01-05 的形式。",
    ),
    "date_impossible": ("“{header}” is a day that does not exist.", "“{header}”的日期不存在。"),
    "date_future": ("“{header}” is in the future.", "“{header}”在将来。"),
    "code_unknown": (
        "“{header}” is not one of: {detail}.",
        "“{header}”不在允许的取值之内：{detail}。",
    ),
    "number_shape": (
        "“{header}” is not a whole number written in digits{detail}.",
        "“{header}”不是用数字书写的整数{detail}。",
    ),
    "amount_shape": (
        "“{header}” is not an amount of at most {detail}.",
        "“{header}”不是规范的数额，最多 {detail}。",
    ),
    "value_range": ("“{header}” is outside {detail}.", "“{header}”超出范围 {detail}。"),
    "month_shape": (
        "“{header}” is not a month such as 2026-10.",
        "“{header}”不是规范的月份（如 2026-10）。",
    ),
    "certificate_shape": (
        "“{header}” is not a birth certificate's number of one letter and nine digits.",
        "“{header}”不是出生医学证明编号（1 位字母加 9 位数字）。",
    ),
    "division_shape": (
        "“{header}” is not a division of 12 digits.",
        "“{header}”不是 12 位区划代码。",
    ),
    "card_shape": (
        "“{header}” is not an account of 12 to 32 digits or letters.",
        "“{header}”不是 12 至 32 位数字或字母的账号。",
    ),
    "bank_code_shape": (
        "“{header}” is not a bank code of 12 digits.",
        "“{header}”不是 12 位行号。",
    ),
    "bank_code_check": ("The check digit of “{header}” is wrong.", "“{header}”的校验位不正确。"),
}


class Fault(NamedTuple):
    """One fault of one row; ``column`` is the header agreed for the feed, empty for the row."""

    column: str
    code: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        english, chinese = SENTENCES[self.code]
        return {
            "column": self.column,
            "code": self.code,
            "sentence": english.format(header=self.column, detail=self.detail),
            "sentence_zh": chinese.format(header=self.column, detail=self.detail),
        }


def code_points(text: str) -> str:
    """Return the characters of a text as code points, at most five of them."""
    shown = [f"U+{ord(character):04X}" for character in dict.fromkeys(text)]
    return " ".join(shown[:5]) + (" …" if len(shown) > 5 else "")
