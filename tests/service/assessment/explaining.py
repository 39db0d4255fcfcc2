"""Freeze, assess and explain a synthetic county in one step."""

from eligibility_rules import Subject
from service.assessment.assess import assess
from service.assessment.explain import Whole, explain_one
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.residents.feeds import event_feeds
from service.residents.models import Person
from tests.service.residents.snapshot.county import County


def assessed(county: County, month: str = "2026-11") -> Assessment:
    """Assess a month from what the county says now."""
    return assess(county.session, county.freeze(month), by=SYSTEM)


def silence(county: County) -> None:
    """Every feed of events was delivered and says nothing about anybody."""
    for feed in event_feeds():
        county.delivers(feed)


def why(county: County, assessment: Assessment, person: Person, code: str) -> Whole:
    """Explain one programme for a person."""
    return explain_one(county.session, assessment, Subject.PERSON, person.id, code)
