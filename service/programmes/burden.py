"""How many proofs and forms nobody has to bring any more, of those that were counted at the start."""

import re
from dataclasses import dataclass

from eligibility_rules import Programme, RuleSet, Words
from service.residents import feeds

FORMS_BEFORE = 50
PROOFS_BEFORE = 74
"""The seed figures: forms and village proofs asked for before the data were shared. The programmes
name more forms than were counted then, so a share of forms is one of those that are named."""


@dataclass(frozen=True)
class ReplacedProof:
    """A proof of the catalogue, the programmes that say they replaced it and the feeds that answer it."""

    code: str
    words: Words
    national: bool
    feeds: tuple[str, ...]
    programmes: tuple[str, ...]


@dataclass(frozen=True)
class ReplacedForm:
    """A form that is not filled in any more, or that remains and is signed on line."""

    name: str
    remark: str
    kept: bool
    programmes: tuple[str, ...]


@dataclass(frozen=True)
class Burden:
    """What was replaced and what is still asked; every part in the order of codes and names."""

    proofs: tuple[ReplacedProof, ...]
    """All proofs of the catalogue; without programmes where no rule uses the feeds yet."""
    forms: tuple[ReplacedForm, ...]
    asking: tuple[Programme, ...]
    """Programmes that still ask for a proof or form, with the reason in the rule."""
    applying: tuple[str, ...]
    """Programmes that begin with an application of the resident."""

    @property
    def proofs_replaced(self) -> int:
        return sum(bool(one.programmes) for one in self.proofs)

    @property
    def forms_replaced(self) -> int:
        """How many of the forms that the programmes name, each counted once whoever asked for it."""
        return sum(not one.kept for one in self.forms)

    @property
    def forms_named(self) -> int:
        return len(self.forms)


def burden(rules: RuleSet) -> Burden:
    """Count over a whole rule set."""
    programmes = [one for _, one in sorted(rules.programmes.items())]
    return Burden(
        tuple(_proofs(programmes)),
        tuple(_forms(programmes)),
        tuple(one for one in programmes if one.asks_for),
        tuple(one.code for one in programmes if one.application),
    )


def papers(rules: RuleSet) -> dict[str, tuple[int, int]]:
    """Return {programme: (forms, proofs) that nobody brings for it any more}."""
    return {
        code: (
            sum("保留" not in _parted(text)[1] for text in one.forms_replaced),
            len(one.proofs_replaced),
        )
        for code, one in rules.programmes.items()
    }


def _proofs(programmes: list[Programme]) -> list[ReplacedProof]:
    return [
        ReplacedProof(
            proof.code,
            Words(proof.zh, proof.en),
            proof.national,
            proof.feeds,
            tuple(
                one.code
                for one in programmes
                if any(text.split(maxsplit=1)[0] == proof.code for text in one.proofs_replaced)
            ),
        )
        for proof in feeds.proofs()
    ]


def _forms(programmes: list[Programme]) -> list[ReplacedForm]:
    """The forms by name; one that only some programmes keep counts as kept."""
    found: dict[str, tuple[list[str], set[str]]] = {}
    for programme in programmes:
        for text in programme.forms_replaced:
            name, remark = _parted(text)
            codes, remarks = found.setdefault(name, ([], set()))
            codes.append(programme.code)
            remarks.add(remark)
    return [
        ReplacedForm(
            name,
            "；".join(sorted(remarks - {""})),
            any("保留" in remark for remark in remarks),
            tuple(codes),
        )
        for name, (codes, remarks) in sorted(found.items())
    ]


def _parted(text: str) -> tuple[str, str]:
    """A form's name and the remark in brackets behind it."""
    name, *rest = re.split("[（(]", text, maxsplit=1)
    return name.strip(), (rest[0].rstrip("）)") if rest else "")
