"""Names as they are compared, never as they are kept: two spellings of one name are one name.

Minority names carry a middle dot that keyboards, registers and banks write in many ways; for
comparison each is U+00B7 (GB/T 13000 names it 间隔号), and spaces and widths do not count.
"""

import unicodedata

_DOTS = dict.fromkeys(map(ord, "•·‧∙⋅・･．.。⸱﹒᛫"), "·")


def comparable(name: str) -> str:
    """Return a name in the one form in which names are compared."""
    plain = unicodedata.normalize("NFKC", name.translate(_DOTS)).translate(_DOTS)
    return "".join(plain.split()).upper()
