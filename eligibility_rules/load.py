"""Load the whole rule set from its folder, or refuse it with every fault at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from eligibility_rules import county as counties
from eligibility_rules.county import County
from eligibility_rules.errors import Faults, RuleFault
from eligibility_rules.facts import FactCatalogue, Subject, read_facts
from eligibility_rules.month import Month
from eligibility_rules.parameters import Parameter, read_parameter
from eligibility_rules.programme import Channel, Programme
from eligibility_rules.proofs import FILE, Proof, check_burden, read_proofs
from eligibility_rules.reading.document import Section, kept_document, read_document, read_raw
from eligibility_rules.reading.order import in_order
from eligibility_rules.reading.read_programme import read_programme
from eligibility_rules.words import Words, printable

HOME = Path(__file__).parent
LANGUAGE_VERSION = 2
"""Part of the digest: raised whenever the same files would come to mean something else."""
LANGUAGES_READ = frozenset({LANGUAGE_VERSION})
"""The versions of the language in which kept rule sets can still be read."""
FACTS = "facts.yaml"


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Every programme in dependency order, the parameters, the facts, and the digest of them all.

    A set is equal to itself only; two of the same content have the same `digest`.

    `digest` is a SHA-256 in hex over the canonical content of the files: layout, comments and the
    order of keys do not change it, any value does.
    """

    programmes: Mapping[str, Programme]
    parameters: Mapping[str, Parameter]
    facts: FactCatalogue
    proofs: Mapping[str, Proof]
    county: County
    digest: str
    canonical: bytes
    """The content behind the digest, as JSON: `load_canonical` makes the set of it again."""

    def programme(self, code: str) -> Programme:
        """The programme with this code; raises RuleFault programme_unknown."""
        if code not in self.programmes:
            raise RuleFault("programme_unknown", self.unknown(code))
        return self.programmes[code]

    def assessed(self, month: Month) -> tuple[Programme, ...]:
        """What the county decides in a month: of its waves, paid to the card, and now payable."""
        return tuple(
            one
            for one in self.programmes.values()
            if one.wave in self.county.waves
            and one.channel is Channel.CARD
            and one.is_payable(month)
        )

    def unknown(self, code: str) -> Words:
        """The sentence for a code without rules, with the nearest code there is."""
        near = get_close_matches(code[:20].upper(), self.programmes, 1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else "."
        hint_zh = f"；是否指 {near[0]}？" if near else "。"
        shown = printable(code)
        return Words(f"没有项目 {shown} 的规则{hint_zh}", f"There are no rules for {shown}{hint}")

    def of_subject(self, subject: Subject) -> tuple[Programme, ...]:
        """The programmes about one kind of subject, in dependency order."""
        return tuple(one for one in self.programmes.values() if one.subject is subject)


def load_rules(
    folder: Path | None = None,
    *,
    county: Path | None = None,
    changed: Mapping[str, str] | None = None,
) -> RuleSet:
    """Load facts.yaml, parameters/ and programmes/ of a folder (the shipped one by default).

    `county` is a county's own folder, whose figures take the place of the catalogue's; its files
    stand under `county/` in faults and in the digest.

    `changed` holds whole texts that take the place of files or join them, by the file's name
    relative to the folder, such as `parameters/dibao_std.yaml`. Raises RulesInvalid with all
    faults, each with its file, line and sentence.
    """
    home = HOME if folder is None else folder
    faults = Faults()
    instead = {} if changed is None else changed
    documents: dict[str, Section] = {}
    theirs = {} if county is None else counties.county_files(county)
    if county is not None and not theirs:
        said = Words(
            "县级目录中既没有 county.yaml，也没有 parameters。",
            "The county's folder has neither county.yaml nor parameters.",
        )
        faults.add("files_missing", counties.PLACE, 1, said)
    for shown in _files(home, instead, theirs, faults):
        # A folder without its own list of proofs has the shipped one: none is without the gate.
        place = HOME if shown == FILE and not (home / FILE).exists() else home
        path = theirs.get(shown, place / shown)
        document = (
            read_raw(instead[shown].encode(), shown, faults)
            if shown in instead
            else read_document(path, shown, faults)
        )
        if document is not None:
            documents[shown] = document
    content = {
        shown: {key: item.plain() for key, item in document.items.items()}
        for shown, document in documents.items()
    }
    return _read(documents, {"language": LANGUAGE_VERSION, **content}, faults)


def load_canonical(content: bytes) -> RuleSet:
    """Load a rule set again from its kept `canonical` content; its digest is the one it had.

    Raises RuleFault language_other when a version of the language wrote it that is not read any
    more, and RulesInvalid when it is not what was kept.
    """
    kept = json.loads(content)
    language = kept.get("language")
    if language not in LANGUAGES_READ:
        raise RuleFault(
            "language_other",
            Words(
                f"这些规则用规则语言第 {language} 版写成，现已不能读取。",
                f"These rules are written in version {language} of the rule language, which is "
                "not read any more.",
            ),
        )
    faults = Faults()
    documents = {
        shown: kept_document(kept[shown], shown, faults)
        for shown in sorted(kept, key=PurePosixPath)
        if shown != "language"
    }
    return _read(documents, kept, faults)


def _read(documents: Mapping[str, Section], content: Mapping[str, Any], faults: Faults) -> RuleSet:
    """Read documents by file name; `content` is what the digest is taken over."""
    facts = documents.get(FACTS)
    catalogue = FactCatalogue({}, {}) if facts is None else read_facts(facts)
    proofs = read_proofs(documents[FILE]) if FILE in documents else {}
    parameters: dict[str, Parameter] = {}
    for shown, document in documents.items():
        path = PurePosixPath(shown)
        if path.parts[0] == "parameters":
            parameters[path.stem] = read_parameter(path.stem, document)
    counties.override(documents, parameters)
    own = documents.get(counties.FILE)
    county = counties.DEFAULT if own is None else counties.read_county(own)
    written_rules: dict[str, tuple[str, Section]] = {}
    for shown, document in documents.items():
        path = PurePosixPath(shown)
        if path.parts[0] != "programmes":
            continue
        if path.stem in written_rules:
            named = printable(path.stem)
            said = Words(
                f"项目 {named} 有两个文件。", f"There are two files for the programme {named}."
            )
            document.fault("code_doubled", said)
        written_rules[path.stem] = (path.parent.name, document)
    titles = {code: document.titled() for code, (_, document) in written_rules.items()}
    programmes: dict[str, Programme] = {}
    for code, (folder, document) in written_rules.items():
        read = read_programme(document, folder, code, catalogue, parameters, titles)
        check_burden(document, read.asks_for, read.proofs_replaced, read.forms_replaced, proofs)
        programmes[code] = read
    ordered = in_order(programmes, faults)
    faults.raise_if_any()
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    canonical = written.encode()
    digest = hashlib.sha256(canonical).hexdigest()
    in_rank = {code: programmes[code] for code in ordered}
    return RuleSet(in_rank, parameters, catalogue, proofs, county, digest, canonical)


def _files(
    home: Path, changed: Mapping[str, str], theirs: Mapping[str, Path], faults: Faults
) -> list[str]:
    """The names of all files, in the order in which they are read."""
    found = {FACTS, FILE, *theirs}
    found |= {shown for shown in changed if PurePosixPath(shown).match("county/parameters/*.yaml")}
    for pattern in ("parameters/*.yaml", "programmes/*/*.yaml"):
        matching = {path.relative_to(home).as_posix() for path in home.glob(pattern)}
        matching |= {shown for shown in changed if PurePosixPath(shown).match(pattern)}
        if not matching:
            said = Words(f"没有文件 {pattern}。", f"There are no files {pattern}.")
            faults.add("files_missing", pattern, 1, said)
        found |= matching
    for shown in sorted(set(changed) - found):
        said = Words(
            f"{printable(shown)} 不是规则文件的名称。",
            f"{printable(shown)} is not the name of a file of the rules.",
        )
        faults.add("file_unknown", shown, 1, said)
    return sorted(found, key=PurePosixPath)
