"""A picture's table as a file for spreadsheets; no cell of it is a formula."""

import csv
import io

from service.foundation.money import yuan
from service.web.view_models import Cell, Kind, Picture, Tag

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(picture: Picture) -> str:
    """Return the table as CSV: whole numbers, and money in yuan without separators."""
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(
        [_label(one.label, one.unit or _unit(picture, one.kind)) for one in picture.columns]
    )
    kinds = [one.kind for one in picture.columns]
    for row in picture.rows:
        rows.writerow([_cell(one, kind) for one, kind in zip(row.cells, kinds, strict=True)])
    return out.getvalue()


def _unit(picture: Picture, kind: Kind) -> str:
    return picture.unit if kind in ("money", "number") else ""


def _label(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit and unit != label else label


def _cell(value: Cell, kind: Kind) -> str | int:
    if isinstance(value, int):
        return yuan(value).replace(",", "") if kind == "money" else value
    text = value.text if isinstance(value, Tag) else str(value or "")
    return f"'{text}" if text.startswith(_FORMULA) else text
