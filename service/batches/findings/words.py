"""What officers read about findings."""

from typing import Any

from service.batches.findings.catalogue import BY_CODE
from service.foundation.ids import reference_of
from service.web.filters import number
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag

_LABELS = {
    "total_differs": translatable("decisions changed"),
    "due_not_listed": translatable("due and not listed"),
    "paid_before_unsaid": translatable("gone without a word"),
    "village_outlier": translatable("village grew"),
    "late_addition": translatable("added after the notice"),
    "officer_or_relative": translatable("officer or relative"),
}


def label(control: str) -> str:
    """Return a finding in two or three words."""
    return gettext(_LABELS[control])


def sentence(control: str) -> str:
    """Return what a finding says."""
    found = BY_CODE[control]
    return found.zh if visit().language == "zh" else found.en


def ends(control: str) -> str:
    """Return who ends a finding and how."""
    found = BY_CODE[control]
    return found.how_zh if visit().language == "zh" else found.how_en


def severity_tag(severity: str) -> Tag:
    """Return how grave a hit is."""
    if severity == "stop":
        return Tag(gettext("stops the list"), "bad")
    return Tag(gettext("to be looked at"), "warn")


def evidence(said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a finding's or hold's evidence as pairs: references and figures, no names."""
    labels = {
        "lines": gettext("Lines"), "decisions": gettext("Decisions"), "after": gettext("After the list"),
        "villages": gettext("Villages"), "officers": gettext("Officers"), "due": gettext("Decisions now"),
        "fen": gettext("Fen now"), "counted_due": gettext("Decisions counted"),
        "counted_fen": gettext("Fen counted"), "feeds": gettext("Feeds"), "feed": gettext("Feeds"),
        "records": gettext("Records"), "record": gettext("Records"), "died": gettext("Day of death"),
        "account": gettext("Account record"), "status": gettext("State of the card"),
        "verdict": gettext("The bank's answer"), "people": gettext("People"), "since": gettext("Since"),
        "line": gettext("Other line"), "person": gettext("Person record"), "payee": gettext("Person record"),
        "dispute": gettext("Dispute"), "what": gettext("What counts twice"), "ref": gettext("Which"),
        "recipients": gettext("Recipients"), "decision": gettext("Decision"),
        "line_fen": gettext("Fen of the line"), "rule_fen": gettext("Fen by the rule"),
        "charset": gettext("Character set"),
    }  # fmt: skip
    return [
        (labels.get(key, key), _value(key, value))
        for key, value in said.items()
        if value is not None
    ]


def _value(key: str, value: Any) -> str:
    if key == "lines":
        return gettext(", ").join(reference_of(one) for one in value)
    if key == "line":
        return reference_of(value)
    if key == "officers":
        return number(len(value))
    if key == "villages":
        return gettext("; ").join(
            f"{one['division']}: {one['before']} → {one['now']}" for one in value
        )
    if isinstance(value, list):
        return gettext(", ").join(str(one) for one in value if one != "")
    return str(value)
