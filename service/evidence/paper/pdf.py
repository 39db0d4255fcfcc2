"""A payment's pack as PDF on A4: one sentence first, then step by step with where to check it.

Chinese is set in Adobe's Song (STSong-Light), which every reader of PDF has or replaces, the rest in
Helvetica; nothing is downloaded. Characters beyond the basic plane are written as code points, so
that nothing is left out silently. The same content gives the same bytes.
"""

import io
import re
from html import escape
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import (
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from service.evidence.paper.tell import Section, Teller
from service.evidence.paper.words import TITLE
from service.foundation.money import capitals, yuan

_SONG, _LATIN, _BOLD, _FIXED = "STSong-Light", "Helvetica", "Helvetica-Bold", "Courier"
_INK, _GREY, _RULE = "#1d2430", "#5c6675", "#d5dae1"
_WIDTH = A4[0] - 44 * mm - 12
"""Of the text: a frame keeps six points on each side."""
_CHINESE = re.compile(r"[\u2010-\u2bff\u3000-\uffef]+")
_DOT = re.compile(r"(?<=\S)·(?=\S)")
"""The dot inside a name, which Song has only full width."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def pdf_of(content: dict[str, Any], language: str) -> bytes:
    """Return a payment's content as PDF in ``zh`` or ``en``."""
    registerFont(UnicodeCIDFont(_SONG))
    teller, made = Teller(content, language), io.BytesIO()
    title, reference = TITLE.in_language(language), content["payment"]["reference"]
    styles = _Styles(language)
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm,
        bottomMargin=20 * mm, title=f"{title} {reference}", author="Anxin 安心", invariant=1,
    )  # fmt: skip
    story: list[Any] = [
        styles.paragraph(title, styles.title),
        styles.paragraph(reference, styles.small),
        Spacer(1, 8 * mm),
        styles.paragraph(teller.lead(), styles.lead),
        Spacer(1, 7 * mm),
        styles.table(_front(content, teller)),
        Spacer(1, 6 * mm),
        styles.paragraph(_how(teller), styles.small),
    ]
    for section in teller.sections():
        story += _flow(section, styles, teller)
    footer = _Footer(styles.paragraph(f"{title} {reference}", styles.small))
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return made.getvalue()


class _Styles:
    """Paragraph styles of one language; Chinese lines break anywhere, English ones between words."""

    def __init__(self, language: str) -> None:
        wrap = {"wordWrap": "CJK"} if language == "zh" else {"splitLongWords": 1}

        def style(name: str, size: float, lead: float, **more: Any) -> ParagraphStyle:
            given = {"fontName": _LATIN, "textColor": _INK, **wrap, **more}
            return ParagraphStyle(name, fontSize=size, leading=lead, **given)

        self.title = style("title", 20, 26)
        self.lead = style("lead", 13, 21)
        self.head = style("head", 12.5, 17, spaceBefore=9)
        self.text = style("text", 9.5, 14)
        self.label = style("label", 9, 14, textColor=_GREY)
        self.small = style("small", 8.5, 13, textColor=_GREY, spaceBefore=3)
        self.digest = style("digest", 7.2, 11, fontName=_FIXED, wordWrap="CJK")

    def paragraph(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(_written(text), style)

    def table(self, rows: list[tuple[str, str]]) -> Table:
        cells = [
            [self.paragraph(name, self.label), [self._line(one) for one in said.split("\n")]]
            for name, said in rows
        ]
        look = TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, _RULE),
            ]
        )
        return Table(cells, colWidths=[0.27 * _WIDTH, 0.73 * _WIDTH], style=look, hAlign="LEFT")

    def _line(self, text: str) -> Paragraph:
        return self.paragraph(text, self.digest if _DIGEST.search(text) else self.text)


class _Footer:
    """The number of each page and what it belongs to."""

    def __init__(self, said: Paragraph) -> None:
        self._said = said

    def __call__(self, canvas: Any, document: Any) -> None:
        canvas.saveState()
        self._said.wrap(_WIDTH, 12)
        self._said.drawOn(canvas, 22 * mm + 6, 10 * mm)
        canvas.setFont(_LATIN, 8)
        canvas.setFillColor(_GREY)
        canvas.drawRightString(A4[0] - 22 * mm - 6, 10 * mm + 3, str(document.page))
        canvas.restoreState()


def _front(content: dict[str, Any], teller: Teller) -> list[tuple[str, str]]:
    paid = content["payment"]
    account = paid["account"]
    where = (
        f"{account['bank']} · {account.get('number') or '… ' + account['ending']}"
        if account
        else "—"
    )
    return [
        (teller.both("项目", "Programme"), f"{paid['name'][teller.language]} · {paid['programme']}"),
        (teller.both("期间", "Period"), paid["period"]),
        (teller.both("金额", "Amount"), f"¥{yuan(paid['amount_fen'])}  {capitals(paid['amount_fen'])}"),
        (teller.both("收款人", "Payee"), paid["payee"]),
        (teller.both("账户", "Account"), where),
        (teller.both("批次", "List"), f"{paid['batch_no']} · {teller.both('第', 'round ')}{paid['round']}{teller.both('轮', '')}"),
    ]  # fmt: skip


def _how(teller: Teller) -> str:
    return teller.both(
        "本文件与 payment.json 内容一致，由系统按留存的记录生成。核验：在解开的文件夹中运行 python3 verify.py（只需 Python 3.11）。"
        "每一步后面注明可在包内何处核对。",
        "This says what payment.json says and was made from what is kept. To check it, run python3 verify.py in the "
        "unpacked folder; Python 3.11 is enough. After each step stands where in the pack it can be checked.",
    )


def _flow(section: Section, styles: _Styles, teller: Teller) -> list[Any]:
    where = teller.both("核对：", "Check: ") + section.where
    note = f"{section.note} {where}" if section.note else where
    head = [
        styles.paragraph(section.title, styles.head),
        HRFlowable(width="100%", thickness=0.6, color=_GREY, spaceBefore=2, spaceAfter=2),
    ]
    first, rest = section.rows[:2], section.rows[2:]
    flow: list[Any] = [KeepTogether([*head, styles.table(first)])]
    if rest:
        flow.append(styles.table(rest))
    return [*flow, styles.paragraph(note, styles.small)]


def _written(text: str) -> str:
    """Return text for a paragraph: Chinese in its own typeface, the rarest characters as code points."""
    plain = "".join(
        one if ord(one) < 0x10000 else f"[U+{ord(one):X}]" for one in _DOT.sub("・", text)
    )
    return _CHINESE.sub(
        lambda found: f'<font name="{_SONG}">{found.group()}</font>', escape(plain, quote=False)
    )
