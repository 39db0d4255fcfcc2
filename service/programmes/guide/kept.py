"""The rules of a month as the guide reads them, and what to say where they are not whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from eligibility_rules import Programme, RuleSet, RulesInvalid, Words
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.programmes.catalogue import rules
from service.programmes.guide.parameters import parameters_of
from service.programmes.in_force import load_with, overlay_for
from service.programmes.overtaken import Overtaken
from service.web.here import visit
from service.web.language import gettext


@dataclass(frozen=True)
class InForce:
    """The rules of a month, with the texts that approved changes put in the place of files."""

    rules: RuleSet
    texts: Mapping[str, str]
    is_whole: bool
    """False where approved texts do not fit the shipped files any more: these are the shipped ones."""

    @property
    def notices(self) -> list[str]:
        """What has to be said above everything drawn from them."""
        if self.is_whole:
            return []
        return [
            gettext(
                "Approved changes of the rules do not fit this version of the software; the figures here are those that were shipped, and nothing is decided until this is put right."
            )
        ]


def in_force(session: Session, month: Month) -> InForce:
    """Return what the guide of a month is drawn from."""
    texts = overlay_for(session, month).texts
    try:
        return InForce(load_with(texts) if texts else rules(), texts, is_whole=True)
    except RulesInvalid:
        return InForce(rules(), {}, is_whole=False)


def programme_in(kept: InForce, code: str) -> Programme:
    """Return a programme of the rules; raises NotFound."""
    one = kept.rules.programmes.get(code)
    if one is None:
        raise NotFound("programme")
    return one


def upgraded(one: Programme, found: Iterable[Overtaken]) -> list[str]:
    """Return what to say of files of a programme that an upgrade changed underneath."""
    read = {one.file, *(f"parameters/{parameter.name}.yaml" for parameter in parameters_of(one))}
    return [say(each.words) for each in found if each.file.removeprefix("county/") in read]


def say(words: Words) -> str:
    """Return words in the language of the request."""
    return words.zh if visit().language == "zh" else words.en
