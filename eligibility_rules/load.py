"""Load the whole rule set from its folder, or refuse it with every fault at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eligibility_rules.document import Section, read_document
from eligibility_rules.errors import Faults, RuleFault
from eligibility_rules.facts import FactCatalogue, Subject, read_facts
from eligibility_rules.order import in_order
from eligibility_rules.parameters import Parameter, read_parameter
from eligibility_rules.programme import Programme
from eligibility_rules.proofs import FILE, Proof, check_burden, read_proofs
from eligibility_rules.read_programme import read_programme

HOME = Path(__file__).parent
LANGUAGE_VERSION = 1
"""Part of the digest: raised whenever the same files would come to mean something else."""


@dataclass(frozen=True)
class RuleSet:
    """Every programme in dependency order, the parameters, the facts, and the digest of them all.

    `digest` is a SHA-256 in hex over the canonical content of the files: layout, comments and the
    order of keys do not change it, any value does.
    """

    programmes: Mapping[str, Programme]
    parameters: Mapping[str, Parameter]
    facts: FactCatalogue
    proofs: Mapping[str, Proof]
    digest: str
    canonical: bytes
    """The content behind the digest, as JSON: keep it, and the set can be read and loaded again."""

    def programme(self, code: str) -> Programme:
        """The programme with this code; raises RuleFault programme_unknown."""
        if code not in self.programmes:
            raise RuleFault("programme_unknown", f"There are no rules for the programme {code}.")
        return self.programmes[code]

    def of_subject(self, subject: Subject) -> tuple[Programme, ...]:
        """The programmes about one kind of subject, in dependency order."""
        return tuple(one for one in self.programmes.values() if one.subject is subject)


def load_rules(folder: Path | None = None) -> RuleSet:
    """Load facts.yaml, parameters/ and programmes/ of a folder (the shipped one by default).

    Raises RulesInvalid with all faults, each with its file, line and sentence.
    """
    home = HOME if folder is None else folder
    faults = Faults()
    content: dict[str, Any] = {"language": LANGUAGE_VERSION}
    document = _document(home / "facts.yaml", home, faults, content)
    catalogue = FactCatalogue({}, {}) if document is None else read_facts(document)
    proofs = _proofs(home, faults, content)
    parameters: dict[str, Parameter] = {}
    for path in _files(home, "parameters/*.yaml", faults):
        document = _document(path, home, faults, content)
        if document is not None:
            parameters[path.stem] = read_parameter(path.stem, document)
    programmes: dict[str, Programme] = {}
    for path in _files(home, "programmes/*/*.yaml", faults):
        document = _document(path, home, faults, content)
        if document is None:
            continue
        if path.stem in programmes:
            document.fault("code_doubled", f"There are two files for the programme {path.stem}.")
        programmes[path.stem] = read_programme(
            document, path.parent.name, path.stem, catalogue, parameters
        )
        read = programmes[path.stem]
        check_burden(document, read.asks_for, read.proofs_replaced, read.forms_replaced, proofs)
    ordered = in_order(programmes, faults)
    faults.raise_if_any()
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    canonical = written.encode()
    digest = hashlib.sha256(canonical).hexdigest()
    in_rank = {code: programmes[code] for code in ordered}
    return RuleSet(in_rank, parameters, catalogue, proofs, digest, canonical)


def _proofs(home: Path, faults: Faults, content: dict[str, Any]) -> dict[str, Proof]:
    """The folder's own proofs.yaml, else the shipped one: no folder is without the burden gate."""
    place = home if (home / FILE).exists() else HOME
    document = _document(place / FILE, place, faults, content)
    return {} if document is None else read_proofs(document)


def _files(home: Path, pattern: str, faults: Faults) -> list[Path]:
    found = sorted(home.glob(pattern))
    if not found:
        faults.add("files_missing", pattern, 1, f"There are no files {pattern}.")
    return found


def _document(path: Path, home: Path, faults: Faults, content: dict[str, Any]) -> Section | None:
    shown = path.relative_to(home).as_posix()
    document = read_document(path, shown, faults)
    if document is not None:
        content[shown] = {key: item.plain() for key, item in document.items.items()}
    return document
