"""Write rows as an XLSX workbook: the same rows, the same bytes.

Own code because a payment file must be byte for byte repeatable and its empty cells must be
absent: a user of this country's largest payroll channel reports that it refuses empty inline
strings. Texts are shared strings, accounts and bank codes are text under the text format (a
clerk who opens and saves the file does not turn them into numbers), amounts are numbers written
from whole fen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bank_adapters.sheets.rows import Number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# An archive of this century must not carry a date: the same payments, the same bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}" ContentType="application/vnd.openxmlformats-officedocument'
        f'.spreadsheetml.{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("styles.xml", "styles"),
            ("sharedStrings.xml", "sharedStrings"),
        )
    )
    + "</Types>"
)
ROOT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
BOOK_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            (
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ),
            start=1,
        )
    )
    + "</Relationships>"
)
# Formats by number: 0 general, 1 text (@), 2 amount (0.00).
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def render(rows: Sequence[Sequence[str]], sheet_name: str) -> bytes:
    """Return the finished workbook of one sheet."""
    texts: dict[str, int] = {}
    data = "".join(_row(number, row, texts) for number, row in enumerate(rows, start=1))
    width = max((len(row) for row in rows if not isinstance(row, str)), default=1)
    sheet = (
        f'{HEAD}<worksheet xmlns="{MAIN}"><cols><col min="1" max="{width}" width="18" '
        f'customWidth="1"/></cols><sheetData>{data}</sheetData></worksheet>'
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    strings = f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">{shared}</sst>'
    book = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name="{escape(sheet_name, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    return pack(
        [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT_RELATIONS),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/styles.xml", STYLES),
            ("xl/sharedStrings.xml", strings),
        ]
    )


def pack(parts: Sequence[tuple[str, str | bytes]]) -> bytes:
    """Return a ZIP archive of these parts in this order, without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name, NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _row(number: int, row: Sequence[str], texts: dict[str, int]) -> str:
    if isinstance(row, str):
        row = (row,)
    cells = []
    for letter, text in zip(_letters(len(row)), row, strict=True):
        if not text:
            continue
        if isinstance(text, Number):
            style = ' s="2"' if "." in text else ""
            cells.append(f'<c r="{letter}{number}"{style}><v>{text}</v></c>')
        else:
            place = texts.setdefault(text, len(texts))
            cells.append(f'<c r="{letter}{number}" s="1" t="s"><v>{place}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(count: int) -> Sequence[str]:
    return LETTERS[:count]


LETTERS = [chr(65 + n) for n in range(26)] + [f"A{chr(65 + n)}" for n in range(26)]
