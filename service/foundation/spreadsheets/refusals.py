"""Why a file is refused before any of its rows is believed: one code and one sentence each."""

from typing import Any, ClassVar

from service.foundation.problems import Problem


class FileRefused(Problem):
    """The file as a whole cannot be read safely; subclasses give the reason."""

    code = "file_refused"
    status = 422
    title = "The file cannot be read"
    en: ClassVar[str] = "The file cannot be read."
    zh: ClassVar[str] = "文件无法读取。"

    def __init__(self, **values: Any) -> None:
        super().__init__(self.en.format(**values), self.zh.format(**values), **values)


class FileTooLarge(FileRefused):
    code = "file_too_large"
    en = "The file has {bytes} bytes; at most {bytes_max} are read."
    zh = "文件有 {bytes} 字节，最多读取 {bytes_max} 字节。"


class FileEmpty(FileRefused):
    code = "file_empty"
    en = "The file is empty."
    zh = "文件是空的。"


class FileNotTable(FileRefused):
    code = "file_not_table"
    en = "The file is no workbook (.xlsx, .xls) and no text table ({found}); save it as .xlsx or .csv and send it again."
    zh = "文件既不是工作簿（.xlsx、.xls），也不是文本表格（{found}），请另存为 .xlsx 或 .csv 后重新报送。"


class FileEncrypted(FileRefused):
    code = "file_encrypted"
    en = "The workbook is protected by a password; save it without one and send it again."
    zh = "工作簿设有打开密码，请去掉密码后重新报送。"


class ArchiveBroken(FileRefused):
    code = "archive_broken"
    en = "The workbook is damaged: {reason}."
    zh = "工作簿已损坏：{reason}。"


class ArchiveUnsafe(FileRefused):
    code = "archive_unsafe"
    en = "The workbook holds an entry that no spreadsheet program writes: {reason}."
    zh = "工作簿内含有表格软件不会写入的内容：{reason}。"


class ArchiveBomb(FileRefused):
    code = "archive_bomb"
    en = "The workbook inflates too far: {reason}."
    zh = "工作簿解压后过大：{reason}。"


class FileHasMacros(FileRefused):
    code = "file_has_macros"
    en = "The workbook contains macros; save it as .xlsx without macros and send it again."
    zh = "工作簿含有宏，请另存为不含宏的 .xlsx 后重新报送。"


class FileHasLinks(FileRefused):
    code = "file_has_links"
    en = "The workbook takes values from other files; break the links (keep the values) and send it again."
    zh = "工作簿引用了其他文件的数据，请断开链接（保留数值）后重新报送。"


class FileHasDoctype(FileRefused):
    code = "file_has_doctype"
    en = "A part of the workbook declares a document type or an entity; no spreadsheet program writes that."
    zh = "工作簿内含有文档类型或实体声明，表格软件不会写入这类内容。"


class SheetBroken(FileRefused):
    code = "sheet_broken"
    en = "The sheet “{sheet}” cannot be read: {reason}."
    zh = "工作表“{sheet}”无法读取：{reason}。"


class TooManyRows(FileRefused):
    code = "too_many_rows"
    en = "The table has rows beyond number {rows_max}."
    zh = "表格超过了 {rows_max} 行。"


class TooManyColumns(FileRefused):
    code = "too_many_columns"
    en = "Row {row} has cells beyond column {columns_max}."
    zh = "第 {row} 行的单元格超过了第 {columns_max} 列。"


class CellTooLarge(FileRefused):
    code = "cell_too_large"
    en = "Row {row} has a cell of more than {chars_max} characters."
    zh = "第 {row} 行有单元格超过 {chars_max} 个字符。"


class TextHasNul(FileRefused):
    code = "text_has_nul"
    en = "The file contains NUL characters, so it is not a text table."
    zh = "文件含有 NUL 字符，不是文本表格。"


class TextUnreadable(FileRefused):
    code = "text_unreadable"
    en = "The text is in none of UTF-8, GB18030 and UTF-16; save it as UTF-8 and send it again."
    zh = "文本编码不是 UTF-8、GB18030 或 UTF-16，请另存为 UTF-8 后重新报送。"


class TextGarbled(FileRefused):
    code = "text_garbled"
    en = (
        "The characters were damaged by saving in a wrong encoding; export the file again as UTF-8."
    )
    zh = "文件曾以错误的编码保存，文字已成乱码，请以 UTF-8 重新导出。"


class TextBroken(FileRefused):
    code = "text_broken"
    en = "Row {row} (line {line}) breaks the rules of CSV: {reason}."
    zh = "第 {row} 行（文本第 {line} 行）不符合 CSV 规则：{reason}。"
