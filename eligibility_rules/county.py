"""What one county decides for itself: its own figures, and which programmes it assesses every month.

A county keeps a folder of its own beside the catalogue: `county.yaml` and `parameters/<name>.yaml`.
A figure of the county takes the place of the province's from its own day on; before that day the
province's holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from eligibility_rules.parameters import Parameter, overridden
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable

PLACE = "county"
"""The folder under which a county's files stand in a rule set's content."""
FILE = f"{PLACE}/county.yaml"
FIRST_WAVE = frozenset({1})
_WAVE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class County:
    """`waves` are the waves of programmes (`wave` in their files) that the county assesses."""

    words: Words
    waves: frozenset[int]


DEFAULT = County(Words("", ""), FIRST_WAVE)


def county_files(folder: Path) -> dict[str, Path]:
    """A county's files by the name they have in a rule set."""
    found = [*sorted(folder.glob("county.yaml")), *sorted(folder.glob("parameters/*.yaml"))]
    return {f"{PLACE}/{path.relative_to(folder).as_posix()}": path for path in found}


def read_county(document: Section) -> County:
    """Read county.yaml; faults are collected in the document."""
    document.only("zh", "en", "waves")
    waves = document.texts("waves")
    if any(not _WAVE.fullmatch(wave) for wave in waves) or not waves:
        said = Words(
            "waves 须列出 [1, 2] 这样的整数。", "waves must list whole numbers such as [1, 2]."
        )
        document.fault("number_wrong", said, "waves")
        return DEFAULT
    words = Words(document.text("zh"), document.text("en"))
    return County(words, frozenset(int(wave) for wave in waves))


def override(documents: Mapping[str, Section], parameters: dict[str, Parameter]) -> None:
    """Put the county's figures into the parameters; one that the catalogue has not is refused."""
    for shown, document in documents.items():
        path = PurePosixPath(shown)
        if path.parts[:2] != (PLACE, "parameters"):
            continue
        if path.stem not in parameters:
            named = printable(path.stem)
            said = Words(
                f"目录中没有可替换的标准 {named}。",
                f"The catalogue has no parameter {named} to override.",
            )
            document.fault("parameter_unknown", said)
            continue
        parameters[path.stem] = overridden(parameters[path.stem], document)
