"""What programs may ask of exceptions; what they name is checked as if it stood in the address."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.about import require_seen as require_batch_seen
from service.batches.exceptions import find
from service.batches.exceptions.answer import by_key, require_seen
from service.batches.exceptions.find import ROWS_A_PAGE, Wanted
from service.officers.models import Officer

Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
Name = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f]*$")]


class Filters(BaseModel):
    """Which exceptions; what is empty is not asked about, and a filter that is not here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = ""
    batch: Code = ""
    control: Code = ""
    programme: Code = ""
    place: Annotated[
        str, Field(pattern=r"^[0-9]{0,12}$", description="Leading digits of the division.")
    ] = ""
    severity: Literal["", "stop", "check"] = ""
    organisation: Name = ""
    standing: Literal["", "unassigned", "given", "answered", "returned", "overdue"] = ""


class Selection(Filters):
    """With single exceptions by name: then only those of them."""

    keys: list[Annotated[str, Field(pattern=r"^[fh][0-9]{1,18}$")]] = Field(
        default=[], max_length=ROWS_A_PAGE
    )


def wanted_by(session: Session, asked: Filters, officer: Officer) -> Wanted:
    """Return what is asked for. A batch or exception that it names and the officer may not see is
    answered as one that is not there; raises NotFound.
    """
    keys = tuple(asked.keys) if isinstance(asked, Selection) else ()
    filters = {name: getattr(asked, name) for name in Filters.model_fields}
    for key in keys:
        require_seen(session, officer, by_key(session, key))
    if asked.batch:
        of_batch = Wanted(batch=asked.batch)
        # An office that was asked about a whole list sees that finding, with no line there.
        if not find.page(session, of_batch, find.seen_by(officer), limit=1)[0]:
            batch = queries.by_no(session, asked.batch)
            require_batch_seen(session, officer, batch, "exceptions.read")
    return Wanted(**filters, keys=keys)
