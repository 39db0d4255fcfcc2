"""Writing CSV and tab-separated deliveries in the departments' encodings."""

import csv
from pathlib import Path

from service.demo.county.layout import ENCODINGS
from service.demo.county.rows.cells import Row


def write_text(path: Path, kind: str, header: list[str], rows: list[Row]) -> None:
    """Write a header line and the rows; text that is not UTF-8 ends its lines with CR LF."""
    encoding = ENCODINGS[kind]
    ending = "\n" if encoding.startswith("utf-8") else "\r\n"
    delimiter = "\t" if kind.startswith("txt") else ","
    with path.open("w", encoding=encoding, newline="") as stream:
        if encoding == "utf-16-le":
            stream.write("\ufeff")
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
        writer.writerow(header)
        writer.writerows(rows)
