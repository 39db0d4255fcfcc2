"""The papers that the data make needless, and the gate that refuses a programme asking for one.

A file without a `proofs.yaml` of its own stands on the shipped one, which is then part of its
digest.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.language.problems import Problem
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable

FILE = "proofs.yaml"
_CODE = re.compile(r"Z[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper that villages and offices used to write; `feeds` say the same without it."""

    code: str
    words: Words
    feeds: tuple[str, ...]


class AskKind(StrEnum):
    PROOF = "proof"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Ask:
    """A proof or form that a programme still asks a resident or a village for, and why."""

    kind: AskKind
    code: str
    """Of the proofs' catalogue; empty for what is not in it."""
    names: Words
    reason: Words


def read_proofs(document: Section) -> dict[str, Proof]:
    """Read proofs.yaml by code; faults are collected in the document."""
    document.only("proofs")
    found: dict[str, Proof] = {}
    for entry in document.sections("proofs"):
        entry.only("code", "zh", "en", "feeds")
        code = entry.text("code")
        if not _CODE.fullmatch(code) or code in found:
            shown = printable(code)
            said = Words(
                f"{shown} 不是 Z08 这样的编号，或重复出现。",
                f"{shown} is no code such as Z08, or comes twice.",
            )
            entry.fault("code_wrong", said, "code")
        words = Words(entry.text("zh"), entry.text("en"))
        found[code] = Proof(code, words, entry.texts("feeds"))
    return found


def read_asks(document: Section) -> tuple[Ask, ...]:
    """Read `asks_for` of a programme; what may not be asked for is refused by `check_burden`."""
    return tuple(_ask(entry) for entry in document.sections("asks_for"))


def _ask(entry: Section) -> Ask:
    entry.only("kind", "code", "names", "reason")
    kind = entry.word("kind", AskKind)
    code = entry.text("code") if entry.has("code") else ""
    names = Words(code, code)
    if entry.has("names") or not code:
        names = _words(entry.section("names"))
    return Ask(kind, code, names, _words(entry.section("reason")))


def _words(entry: Section) -> Words:
    entry.only("zh", "en")
    return Words(entry.text("zh"), entry.text("en"))


def check_burden(
    document: Section,
    asks: Sequence[Ask],
    proofs_replaced: Sequence[str],
    forms_replaced: Sequence[str],
    proofs: Mapping[str, Proof],
) -> None:
    """Refuse a programme that asks for what a feed answers, or that replaces what nobody knows.

    The texts and asks are those read from the document; faults are collected in it.
    """
    for text, line in zip(proofs_replaced, _lines(document, "proofs_replaced"), strict=False):
        if (text.split(maxsplit=1) or [""])[0] not in proofs:
            shown = printable(text)
            said = Words(
                f"proofs_replaced：{shown} 须以 {FILE} 中的编号（如 Z08）开头。",
                f"proofs_replaced: {shown} must begin with a code of {FILE} such as Z08.",
            )
            document.faults.add("proof_unknown", document.file, line, said, value=text)
    forms = {_plain(text) for text in forms_replaced}
    for asked, line in zip(asks, _lines(document, "asks_for"), strict=False):
        refused = _refusal(asked, forms, proofs)
        if refused is not None:
            document.faults.add(refused.code, document.file, line, refused.words)


def _refusal(asked: Ask, forms: AbstractSet[str], proofs: Mapping[str, Proof]) -> Problem | None:
    proof = proofs.get(asked.code) or _named(asked, proofs)
    if asked.code and asked.code not in proofs:
        shown = printable(asked.code)
        said = Words(f"{FILE} 中没有编号 {shown}。", f"{shown} is not a code of {FILE}.")
        return Problem("proof_unknown", said)
    if proof is not None and proof.feeds:
        feeds = ", ".join(proof.feeds)
        named = f"{proof.code} {proof.words.zh} ({proof.words.en})"
        said = Words(
            f"不得要求任何人提供 {proof.code} {proof.words.zh}：数据源 {feeds} 已能证明。",
            f"Nobody may be asked for {named}: the feeds {feeds} already answer it.",
        )
        return Problem("proof_already_answered", said)
    if asked.kind is AskKind.FORM and _plain(asked.names.zh) in forms:
        zh, en = printable(asked.names.zh), printable(asked.names.en)
        said = Words(
            f"仍要求填写 {zh}，但 forms_replaced 写明无人再填。",
            f"{zh} ({en}) is asked for, but forms_replaced says that nobody fills it in.",
        )
        return Problem("form_already_replaced", said)
    return None


def _lines(document: Section, key: str) -> list[int]:
    """The lines of the well-formed entries of a list, which are those that were read."""
    item = document.items.get(key)
    if item is None or not isinstance(item.value, tuple):
        return []
    shape: type = dict if key == "asks_for" else str
    return [one.line for one in item.value if isinstance(one.value, shape)]


def _named(asked: Ask, proofs: Mapping[str, Proof]) -> Proof | None:
    """The catalogue's proof of that very name, so that leaving its code out is no way round it."""
    wanted = {_plain(asked.names.zh), _plain(asked.names.en).casefold()}
    for proof in proofs.values():
        if wanted & {_plain(proof.words.zh), _plain(proof.words.en).casefold()}:
            return proof
    return None


def _plain(name: str) -> str:
    """A name without what stands in brackets behind it."""
    return re.split("[（(]", name, maxsplit=1)[0].strip()
