"""Read a file of chains, or refuse it with file, line and a sentence for everything that is wrong."""

import hashlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from service.approvals.chains.chain import Chain, Chains, ChainStep, Use
from service.foundation.not_opened import why_not_opened
from service.foundation.problems import Problem
from service.officers.may import MAY
from service.officers.models import DUTIES
from service.programmes.yaml_faults import fault_of

PACKAGED = Path(__file__).with_name("chains.yaml")
PEOPLE_MAX, DAYS_MAX, STEPS_MAX = 9, 60, 20
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CHAIN_KEYS = frozenset({"zh", "en", "steps"})
_USE_KEYS = frozenset({"chain", "programmes", "from_fen"})
_STEP_KEYS = frozenset(
    {"code", "zh", "en", "duty", "kind", "people", "days", "organisation", "each_township"}
    | {"escalate_to"}
)
_ALLOWS = {"approve": "approvals.decide", "sign": "signing.sign"}


class ChainsRefused(Problem):
    """A file of chains cannot be used; ``faults`` say where and why."""

    code = "chains_refused"
    status = 422
    title = "The chains cannot be used"

    def __init__(self, faults: list[str], faults_zh: list[str] | None = None) -> None:
        listed = " ".join(faults)
        listed_zh = "".join(faults_zh) if faults_zh else listed
        super().__init__(
            f"The chains stay as they were: {listed}",
            f"审批链未变更，共有 {len(faults)} 处错误：{listed_zh}",
            faults=faults,
        )


class _At(dict[str, Any]):
    """A mapping that knows the line it began on, counted from 1."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    """YAML whose mappings know their lines and refuse the same key twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[_At]:
    made = _At()
    made.line = node.start_mark.line + 1
    yield made
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in made:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} is said twice", key_node.start_mark
            )
        made[key] = loader.construct_object(value_node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_file(path: Path, programmes: Collection[str] | None = None) -> Chains:
    """Return the chains of a file; raises :class:`ChainsRefused`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as fault:
        why, why_zh = why_not_opened(fault)
        raise ChainsRefused(
            [f"{path.name}, line 1: it cannot be read: {why}."],
            [f"{path.name} 第 1 行：无法读取：{why_zh}。"],
        ) from None
    return read(text, path.name, programmes)


def read(text: str, name: str, programmes: Collection[str] | None = None) -> Chains:
    """Return the chains of a text; ``programmes`` are the codes there are (None: not asked).

    Raises :class:`ChainsRefused` with every fault, each as ``name, line n: sentence``.
    """
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as broken:
        fault = fault_of(broken, text)
        raise ChainsRefused([fault.said(name, "en")], [fault.said(name, "zh")]) from None
    reader = _Reader(name, None if programmes is None else frozenset(programmes))
    found = reader.chains(content, hashlib.sha256(text.encode()).hexdigest())
    if reader.faults:
        raise ChainsRefused(reader.faults)
    return found


class _Reader:
    """Collects every fault instead of stopping at the first."""

    def __init__(self, name: str, programmes: frozenset[str] | None) -> None:
        self.name, self.programmes = name, programmes
        self.faults: list[str] = []

    def fault(self, line: int, sentence: str) -> None:
        self.faults.append(f"{self.name}, line {line}: {sentence}")

    def chains(self, content: object, digest: str) -> Chains:
        if not isinstance(content, _At) or set(content) != {"chains", "use"}:
            self.fault(1, "a file of chains has the keys chains and use, and no other.")
            return Chains(digest, {}, ())
        made: dict[str, Chain] = {}
        if isinstance(content["chains"], _At):
            for code, body in content["chains"].items():
                made[code] = self._chain(code, body, content["chains"].line)
        if not made:
            self.fault(content.line, "chains names at least one chain.")
        return Chains(digest, made, self._uses(content, made))

    def _chain(self, code: str, body: object, line: int) -> Chain:
        if not isinstance(body, _At):
            self.fault(line, f"the chain {code} has zh, en and steps.")
            return Chain(code, "", "", ())
        self._code(code, body.line)
        self._keys(body, _CHAIN_KEYS, _CHAIN_KEYS, f"the chain {code}")
        rows = body.get("steps")
        if not isinstance(rows, list) or not 1 < len(rows) <= STEPS_MAX:
            self.fault(
                body.line, f"the chain {code} has 2 to {STEPS_MAX} steps: approvals, signatures."
            )
            rows = []
        steps = [self._step(row, body.line) for row in rows]
        self._order(code, steps, rows, body.line)
        return Chain(code, self._text(body, "zh"), self._text(body, "en"), tuple(steps))

    def _order(self, code: str, steps: list[ChainStep], rows: list[Any], line: int) -> None:
        codes = [one.code for one in steps]
        for number, (one, row) in enumerate(zip(steps, rows, strict=True)):
            at = row.line if isinstance(row, _At) else line
            if one.code in codes[:number]:
                self.fault(at, f"the step {one.code} is in the chain {code} twice.")
            if one.kind == "approve" and any(before.kind == "sign" for before in steps[:number]):
                self.fault(at, f"the step {one.code} approves after somebody has signed.")
        for kind, what in (("approve", "approval"), ("sign", "signature")):
            if steps and all(one.kind != kind for one in steps):
                self.fault(line, f"the chain {code} has no {what}.")

    def _step(self, row: object, line: int) -> ChainStep:
        if not isinstance(row, _At):
            self.fault(line, f"a step is a mapping, not {_shown(row)}.")
            row = _At()
            row.line = line
        else:
            self._keys(row, _STEP_KEYS, frozenset({"code", "zh", "en", "duty", "days"}), "a step")
        code, kind = self._text(row, "code"), row.get("kind", "approve")
        self._code(code, row.line)
        if kind not in _ALLOWS:
            self.fault(row.line, f"kind is approve or sign, not {_shown(kind)}.")
            kind = "approve"
        duty, escalate_to = row.get("duty"), row.get("escalate_to", "auditor")
        allowed = sorted(MAY[_ALLOWS[kind]])
        if duty not in allowed:
            self.fault(
                row.line,
                f"a step to {kind} is taken by {' or '.join(allowed)}, not by {_shown(duty)}.",
            )
        if escalate_to not in DUTIES:
            self.fault(row.line, f"escalate_to is a duty, and {_shown(escalate_to)} is none.")
        township = row.get("each_township", False)
        if not isinstance(township, bool) or (township and kind == "sign"):
            self.fault(
                row.line, "each_township is yes or no, and a signature is over a whole list."
            )
        return ChainStep(
            code=code,
            zh=self._text(row, "zh"),
            en=self._text(row, "en"),
            duty=str(duty),
            kind=kind,
            people=self._whole(row, "people", 1, PEOPLE_MAX),
            days=self._whole(row, "days", 1, DAYS_MAX),
            organisation=self._text(row, "organisation") if "organisation" in row else "",
            each_township=township is True,
            escalate_to=str(escalate_to),
        )

    def _uses(self, content: _At, made: dict[str, Chain]) -> tuple[Use, ...]:
        rows = content["use"] if isinstance(content["use"], list) else []
        uses = [self._use(row, content.line, made) for row in rows]
        if not uses or uses[-1].programmes or uses[-1].from_fen:
            self.fault(
                rows[-1].line if rows and isinstance(rows[-1], _At) else content.line,
                "the last rule of use fits every batch: no programmes, no from_fen.",
            )
        return tuple(uses)

    def _use(self, row: object, line: int, made: dict[str, Chain]) -> Use:
        if not isinstance(row, _At):
            self.fault(line, f"a rule of use is a mapping, not {_shown(row)}.")
            return Use("", frozenset(), 0)
        self._keys(row, _USE_KEYS, frozenset({"chain"}), "a rule of use")
        chain, codes = row.get("chain"), row.get("programmes", [])
        if chain not in made:
            self.fault(row.line, f"there is no chain {_shown(chain)}.")
        if not isinstance(codes, list) or ("programmes" in row and not codes):
            self.fault(row.line, "programmes is a list of codes; leave it out for all.")
            codes = []
        for code in codes:
            if self.programmes is not None and code not in self.programmes:
                self.fault(row.line, f"there is no programme {_shown(code)}.")
        from_fen = self._whole(row, "from_fen", 0, 10**15) if "from_fen" in row else 0
        return Use(str(chain), frozenset(map(str, codes)), from_fen)

    def _keys(self, row: _At, known: frozenset[str], must: frozenset[str], what: str) -> None:
        for key in sorted(set(row) - known):
            self.fault(row.line, f"{what} has no {_shown(key)}.")
        for key in sorted(must - set(row)):
            self.fault(row.line, f"{what} lacks {key}.")

    def _code(self, code: str, line: int) -> None:
        if not _CODE.fullmatch(code):
            self.fault(line, f"a code is small letters, digits and _, not {_shown(code)}.")

    def _text(self, row: _At, key: str) -> str:
        value = row.get(key, "")
        if key in row and (not isinstance(value, str) or not 0 < len(value.strip()) <= 40):
            self.fault(row.line, f"{key} is a text of 1 to 40 characters, not {_shown(value)}.")
            return ""
        return str(value).strip()

    def _whole(self, row: _At, key: str, least: int, most: int) -> int:
        value = row.get(key, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(
                row.line, f"{key} is a whole number from {least} to {most}, not {_shown(value)}."
            )
            return least
        return value


def _shown(value: object) -> str:
    return f"“{str(value)[:40]}”"
