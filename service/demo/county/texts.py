"""Writing CSV and tab-separated deliveries in the departments' encodings."""

import csv
from pathlib import Path

from service.demo.county.layouts import ENCODINGS
from service.demo.county.rows.cells import Row


def write_text(path: Path, kind: str, header: list[str], rows: list[Row]) -> None:
    """Write a header line and the rows; GB18030 files end their lines with CR LF."""
    encoding = ENCODINGS[kind]
    ending = "\r\n" if encoding == "gb18030" else "\n"
    delimiter = "\t" if kind == "txt" else ","
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
        writer.writerow(header)
        writer.writerows(rows)
