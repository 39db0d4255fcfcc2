"""A list made today and a month frozen today never disagree about who has died."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.deaths import DEATHS
from service.foundation import clock
from service.residents.identity.merge import merge
from service.residents.models import Confirmation, Delivery, Person
from tests.factories import residents
from tests.factories.residents import DeliveryFactory, FeedRecordFactory, PersonFactory
from tests.service.residents.snapshot.county import HUKOU, County

MEDICAL: tuple[dict[str, str] | None, ...] = (None, {}, {"retracted_on": "2026-10-20"})
DEREGISTERED: tuple[dict[str, str] | None, ...] = (None, {}, {"restored_on": "2026-10-20"})
DECLARED: tuple[dict[str, str] | None, ...] = (None, {}, {"revoked_on": "2026-10-20"})
LOOKED = (None, ("dead", 2), ("alive", 1), ("alive", 9), ("alive", 2))
REGISTERED = ("正常", "注销")


def _delivery(feed: str, day: int) -> Delivery:
    made: Delivery = DeliveryFactory.create(feed=feed, as_of=date(2026, 10, day))
    return made


def _looked(session: Session, person: Person, answer: str, day: int) -> None:
    session.add(
        Confirmation(
            person_id=person.id, answer=answer, stated_on=date(2026, 10, day), organisation="镇",
            reason="核实", by="officer", at=clock.now(),
        )
    )  # fmt: skip
    session.flush()


def test_every_combination_of_reports_is_read_alike(session: Session, data_dir: Path) -> None:
    residents.use(session)
    county = County(session)
    feeds = {
        "WJ_DEATH": _delivery("WJ_DEATH", 5),
        "GA_DEREG": _delivery("GA_DEREG", 15),
        "FY_COURT": _delivery("FY_COURT", 5),
        "GA_HUKOU": _delivery("GA_HUKOU", 10),
    }

    def says(feed: str, person: Person, **data: Any) -> None:
        FeedRecordFactory.create(feed=feed, person=person, delivery=feeds[feed], data=data)

    people: dict[int, object] = {}
    for case in product(MEDICAL, DEREGISTERED, DECLARED, LOOKED, REGISTERED):
        medical, gone, declared, looked, registered = case
        person, former = PersonFactory.create(), PersonFactory.create()
        people[person.id] = case
        says("GA_HUKOU", person, **{**HUKOU, "status": registered})
        if medical is not None:
            # Told about the number that the person had before.
            says("WJ_DEATH", former, death_date="2026-10-02", **medical)
        if gone is not None:
            says("GA_DEREG", person, dereg_date="2026-10-03", reason="死亡", **gone)
        if declared is not None:
            says("FY_COURT", person, kind="宣告死亡", effective_on="2026-10-02", **declared)
        if looked is not None:
            _looked(session, former, *looked)
        if medical is not None or looked is not None:
            merge(session, person.id, former.id, reason="同一人。", by=SYSTEM)
    frozen = county.table("person", "2026-11")
    session.execute(text("DROP TABLE IF EXISTS deaths"))
    session.execute(text(DEATHS))
    counted = {row[0]: row[1] for row in session.execute(text("SELECT * FROM deaths"))}
    differing = [
        (case, counted.get(person_id), frozen[person_id])
        for person_id, case in people.items()
        if (counted.get(person_id, 0) > 1, counted.get(person_id) == 1)
        != (
            frozen[person_id]["p__death_date"] is not None,
            frozen[person_id]["p__death_reported_date"] is not None,
        )
    ]
    assert differing == []
    assert set(counted.values()) == {1, 2, 3, 4}
