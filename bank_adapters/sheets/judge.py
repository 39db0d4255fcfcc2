"""Judge a profile as a whole: what could not be written, read back or believed is refused at load."""

from __future__ import annotations

import re

from bank_adapters.contract import State
from bank_adapters.sheets.located import Part
from bank_adapters.sheets.profile import Shape, SheetProfile

NEEDED = ("account_no", "account_name", "amount")
NEEDED_IN_ANSWER = ("account_no", "amount", "result")
# A word with one of these in it never means that the person has the money.
DOUBTFUL = ("失败", "不", "未", "超时", "异常", "部分", "退", "处理中", "待", "撤销", "拒")
# Places whose value says something about the bank and therefore needs its evidence.
MARKED = ("container", "encoding", "amount_unit", "limits.max_lines", "limits.amount_fen_max")
XLS_LINES_MAX = 20_000
FIELDS = {"file_reference", "execution_date", "day_number"}


def judge(profile: SheetProfile, root: Part) -> None:
    """Add a sentence to the file's findings for everything that does not hold together."""
    _columns(profile, root)
    _text(profile, root)
    _answer(profile, root)
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,31}", profile.name):
        root.say(f"name must be a–z, 0–9 and hyphen, not {profile.name!r}")
    if not (profile.title_en and profile.title_zh):
        root.say("title needs en and zh")
    if profile.min_lines > profile.max_lines:
        root.say(f"min_lines {profile.min_lines} is over max_lines {profile.max_lines}")
    if profile.container == "xls" and profile.max_lines > XLS_LINES_MAX:
        root.say(f"an .xls takes no more than {XLS_LINES_MAX} payments")
    for name in re.findall(r"\{([^}]*)\}", profile.file_name):
        if name not in FIELDS:
            root.say(f"file_name: {{{name}}} is none of {', '.join(sorted(FIELDS))}")
    for place in MARKED:
        if place not in profile.evidence:
            root.say(f"{place} needs the mark of its evidence, for example !memory")
    for group in ("columns", "answer"):
        if not any(place == group or place.startswith(group + ".") for place in profile.evidence):
            root.say(f"{group} needs the mark of its evidence, for example !memory")


def _columns(profile: SheetProfile, root: Part) -> None:
    for shape, needed, where in (
        (profile.written, NEEDED, "columns"),
        (profile.answered, NEEDED_IN_ANSWER, "answer"),
    ):
        values = [cell.value for cell in shape.columns]
        for value in needed:
            if value not in values:
                root.say(f"{where}: no column holds {value}")
        for value in sorted(set(values) - {"blank", "literal"}):
            # An amount may stand twice in a line (ABC): both must then agree.
            if values.count(value) > (2 if value == "amount" else 1):
                root.say(f"{where}: {value} stands twice")
        if shape.titled and any(not cell.name for cell in shape.columns):
            root.say(f"{where}: a column has no title")


def _text(profile: SheetProfile, root: Part) -> None:
    widths = [bool(cell.width) for cell in profile.written.columns]
    if not profile.by_width:
        if any(widths):
            root.say("width is for files without delimiter")
    elif profile.written.titled:
        root.say("a file without delimiter has no titles")
    elif not all(widths):
        root.say("without delimiter every column needs its width in bytes")
    for cell in profile.written.columns if profile.by_width else ():
        if cell.value == "serial" and len(str(profile.max_lines)) > cell.width:
            root.say(f"{cell.name}: {profile.max_lines} has more than {cell.width} digits")
    if profile.delimiter and (profile.in_sheet or len(profile.delimiter) != 1):
        root.say("delimiter must be one character, and a sheet has none")
    if (
        profile.delimiter
        and not profile.quoted
        and profile.delimiter not in profile.forbidden_in_text
    ):
        root.say("forbidden must hold the delimiter unless the file quotes")


def _answer(profile: SheetProfile, root: Part) -> None:
    if State.PAID not in profile.results.values():
        root.say("answer: no result word means paid")
    for word, state in profile.results.items():
        if state is State.PAID and any(part in word for part in DOUBTFUL):
            root.say(f"answer: {word!r} cannot mean paid: only success is success")
    for phrase, code in profile.reasons:
        if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", code):
            root.say(f"answer: reason {phrase!r}: {code!r} is no ISO 20022 code")
    if not told_apart(profile.answered) and "amount" not in {
        c.value for c in profile.answered.columns
    }:
        root.say("answer: nothing tells the lines apart")


def told_apart(shape: Shape) -> bool:
    """Return whether each line names itself, by our reference or by its number."""
    return any(cell.value in {"reference", "serial"} for cell in shape.columns)
