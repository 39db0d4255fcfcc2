"""Words for hits: what one says in the reader's language, and where its subject is seen."""

from collections.abc import Mapping
from typing import Any

from service.foundation.ids import reference_of
from service.foundation.money import yuan
from service.oversight.standing.models import StandingHit
from service.oversight.standing.query import StandingQuery
from service.programmes.titles import title as programme_title
from service.web.filters import NONE
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag

SEVERITIES = ("high", "medium", "low")
_SEVERITIES = {
    "high": Tag(translatable("high"), "bad"),
    "medium": Tag(translatable("medium"), "warn"),
    "low": Tag(translatable("low")),
}
_SUBJECTS = {
    "payment": translatable("Line %(id)s"),
    "account": translatable("Account no. %(id)s"),
    "person": translatable("Resident no. %(id)s"),
    "village": translatable("Village %(id)s"),
    "batch": translatable("Batch %(id)s"),
    "notice": translatable("Notice %(id)s"),
    "switch": translatable("Switch %(id)s"),
    "officer": translatable("Officer %(id)s"),
    "file": translatable("Bank file of %(id)s"),
    "case": translatable("Recovery %(id)s"),
    "access": translatable("Emergency %(id)s"),
    "pair": translatable("Officers %(id)s"),
    "decision": translatable("Decision no. %(id)s"),
    "act": translatable("Step %(id)s"),
}


def title(query: StandingQuery) -> str:
    """Return a query's title in the reader's language."""
    return query.title_zh if visit().language == "zh" else query.title_en


def sentence(query: StandingQuery) -> str:
    """Return what a query asks, in the reader's language."""
    return query.sentence_zh if visit().language == "zh" else query.sentence_en


def severity_tag(severity: str) -> Tag:
    """Return a severity as a tag."""
    found = _SEVERITIES[severity]
    return Tag(gettext(found.text), found.tone)


def says(query: StandingQuery, evidence: Mapping[str, Any], language: str = "") -> str:
    """Return what a hit says: the query's sentence with the evidence in it."""
    chinese = (language or visit().language) == "zh"
    spoken = query.says_zh if chinese else query.says_en
    return spoken.format_map(_Shown(evidence, chinese=chinese))


def subject_of(hit: StandingHit) -> tuple[str, str]:
    """Return what a hit is about as people call it, and the address where it is seen ("" for none)."""
    kind, _, number = hit.subject.partition(":")
    shown = reference_of(int(number)) if kind == "payment" else number
    if kind == "act":
        # What the id adds to its list and round, officers' ids, nobody reads.
        shown = number.partition(":")[0]
    if kind == "file":
        shown = str(hit.evidence.get("batch", number))
    return gettext(_SUBJECTS[kind]) % {"id": shown}, _address(kind, number, hit.evidence)


def _address(kind: str, number: str, evidence: Mapping[str, Any]) -> str:
    if kind == "person":
        return f"/residents/{number}"
    if kind in ("batch", "act"):
        return f"/batches/{number.partition(':')[0]}"
    if kind == "notice":
        return f"/batches/{evidence['batch']}"
    if kind == "file":
        return f"/dispatch/{number}"
    if kind == "case":
        return f"/recoveries/{number}"
    return {"switch": "/controls", "access": "/emergency"}.get(kind, "")


_VALUES_ZH = {
    "approved": "审批", "signed": "签发", "frozen": "冻结", "returned": "退回", "submitted": "提交", "sent": "发送",
    "household": "同户", "spouse": "配偶", "parent": "父母", "child": "子女", "self": "本人",
    "sibling": "兄弟姐妹", "in_law": "姻亲", "business": "经济往来", "person": "人员", "title": "权证",
}  # fmt: skip
"""What queries keep as words of the trail, as Chinese sentences say it."""


class _Spoken(str):
    """A value in a sentence: ``{lines:line|lines}`` counts, "1 line" and "2 lines"."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        one, _, many = spec.partition("|")
        return f"{self} {one if self == '1' else many}"


class _Shown(dict[str, str]):
    """Evidence as sentences show it: money in yuan, a dash for what is not there."""

    def __init__(self, evidence: Mapping[str, Any], *, chinese: bool) -> None:
        super().__init__(
            {
                name: _Spoken(_shown(name, value, chinese=chinese))
                for name, value in evidence.items()
            }
        )

    def __missing__(self, name: str) -> str:
        return _Spoken(NONE)


def spoken(name: str, value: str, *, chinese: bool | None = None) -> str:
    """Return a word or an instant of the evidence as people read it."""
    if name == "hour":
        day, hour, minute = value.split(" ")
        return f"{day} {hour}:{minute}"
    if chinese is None:
        chinese = visit().language == "zh"
    parts = value.split(", ")
    if name in ("programme", "programmes"):
        parts = [programme_title(one, "zh" if chinese else "en") for one in parts]
    elif chinese:
        parts = [_VALUES_ZH.get(one, one) for one in parts]
    return ("、" if chinese else ", ").join(parts)


def _shown(name: str, value: Any, *, chinese: bool) -> str:
    if value is None or value == "":
        return NONE
    if name == "fen" or name.endswith("_fen"):
        return yuan(int(value))
    return spoken(name, str(value), chinese=chinese)
