"""A real worker whose work fails in the ways that put people into messages: for the scanner to look at."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.encryption import sealer
from service.foundation.jobs import job
from service.residents.models import Person, PersonIdentifier
from service.worker import app

__all__ = ["app"]


def somebody(session: Session) -> str:
    """Return the name and number of the first person in the register."""
    person, number = session.execute(
        select(Person, PersonIdentifier)
        .join(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .where(Person.name.is_not(None))
        .order_by(Person.id)
        .limit(1)
    ).one()
    opened = sealer().open(
        number.value_sealed, f"person_identifiers:value:{number.value_index.hex()}"
    )
    return f"{person.name} {opened}"


@job("test.say", attempts_max=1)
def say(session: Session, work: str) -> None:
    """Fail with a person in the message, and in that of the cause."""
    try:
        raise KeyError(somebody(session))
    except KeyError as cause:
        raise ValueError(f"{work}: {somebody(session)}") from cause


@job("test.break_row", attempts_max=1)
def break_row(session: Session, work: str) -> None:
    """Make the database quote a whole row of the register."""
    session.execute(text("UPDATE persons SET id = NULL WHERE name IS NOT NULL"))


@app.task(name="test.outside")
def outside() -> None:
    """Fail where only Celery itself catches it."""
    with transaction() as session:
        raise ValueError(somebody(session))
