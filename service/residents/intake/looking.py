"""What two looks at a folder must agree on before a file counts as complete, wherever it lies."""

LOOK_SECONDS = 5.0
"""Between two looks: a file whose size and time stay the same so long is no longer written."""
MARKERS = (".done", ".ok")
"""A file ``x.csv`` with ``x.csv.done`` or ``x.csv.ok`` beside it is complete at once."""
UNFINISHED = (*MARKERS, ".part", ".tmp", ".filepart", ".crdownload")
NAMES_MAX = 10_000
"""Names looked at in one folder; what lies behind waits until the folder is tidied."""


def is_marked(name: str, names: set[str]) -> bool:
    """Return whether a marker for the file lies beside it."""
    return any(name + marker in names for marker in MARKERS)


def is_wanted(name: str) -> bool:
    """Return whether a name is a delivery's, and not a marker's or an unfinished file's."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)
