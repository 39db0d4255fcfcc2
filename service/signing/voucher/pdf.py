"""A voucher as PDF, with text that can be searched and copied.

The typeface is Adobe's Song (STSong-Light), which every PDF reader has for Chinese or replaces by its own:
nothing is downloaded and nothing embedded. It has no place for characters beyond the basic plane; one
in a name is written as its code point, so that nothing is replaced silently.
"""

import io
from collections.abc import Sequence
from html import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from service.signing.voucher.voucher import Voucher
from service.web.language import gettext

_SONG = "STSong-Light"
_WIDTH = A4[0] - 40 * mm
_TITLE = ParagraphStyle("title", fontName=_SONG, fontSize=18, leading=24, alignment=1)
_SMALL = ParagraphStyle("small", fontName=_SONG, fontSize=8, leading=11, wordWrap="CJK")
_DIGEST = ParagraphStyle("digest", fontName="Courier", fontSize=7.5, leading=11, wordWrap="CJK")
_TEXT = ParagraphStyle("text", fontName=_SONG, fontSize=10.5, leading=15, wordWrap="CJK")
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, "#444444"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


def pdf_of(voucher: Voucher) -> bytes:
    """Return the voucher as a PDF; the same voucher gives the same bytes."""
    registerFont(UnicodeCIDFont(_SONG))
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=f"{voucher.title} {voucher.number}",
        author="Anxin 安心",
        invariant=1,
    )
    money = [
        (
            gettext("Debit account"),
            gettext("Pay day"),
            gettext("Lines"),
            gettext("Amount in yuan"),
        ),
        *voucher.accounts,
    ]
    document.build(
        [
            Paragraph(_written(voucher.title), _TITLE),
            Paragraph(_written(voucher.number), ParagraphStyle("no", _SMALL, alignment=1)),
            Spacer(1, 5 * mm),
            _table(voucher.about, (0.25, 0.75), _TEXT),
            Spacer(1, 4 * mm),
            _table(money, (0.4, 0.2, 0.15, 0.25), _TEXT),
            Spacer(1, 4 * mm),
            _table(voucher.people, (0.2, 0.5, 0.3), _TEXT),
            Spacer(1, 4 * mm),
            _table(voucher.digests, (0.34, 0.66), _SMALL, _DIGEST),
        ]
    )
    return made.getvalue()


def _table(
    rows: Sequence[tuple[str, ...]],
    shares: tuple[float, ...],
    style: ParagraphStyle,
    last: ParagraphStyle | None = None,
) -> Table:
    """Return a table; ``last`` is the style of its last column where that is another."""
    styles = [style] * (len(shares) - 1) + [last or style]
    cells = [
        [Paragraph(_written(cell), one) for cell, one in zip(row, styles, strict=True)]
        for row in rows
    ]
    return Table(cells, colWidths=[share * _WIDTH for share in shares], style=_GRID)


def _written(text: str) -> str:
    """Return text for a paragraph: the dot of names as the typeface has it, the rarest as code points."""
    return escape(
        "".join(
            one if ord(one) < 0x10000 else f"[U+{ord(one):X}]" for one in text.replace("·", "・")
        )
    )
