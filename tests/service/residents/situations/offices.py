"""Departments that deliver a county's facts by real files, which are then frozen and decided."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from eligibility_rules import Subject
from service.assessment.assess import assess
from service.assessment.models import Assessment
from service.assessment.outcome_files import open_outcomes
from service.audit.actor import SYSTEM
from service.foundation.months import Month
from service.residents import feeds
from service.residents.identity.find import find
from service.residents.importing import import_delivery
from service.residents.models import Household, Snapshot
from service.residents.snapshot import freeze, open_snapshot, read_table
from tests.service.residents.importing.deliveries import OFFICE, delivery, number_of, row
from tests.service.residents.snapshot.county import KEYS

HERE, OTHER_VILLAGE, NEXT_COUNTY = "330523100200", "330523102203", "330522100200"
Outcome = tuple[str, int | None]
"""due, not_due, unknown or not_payable (not a month of this programme); and fen."""
DUE_NOTHING: Outcome = ("not_due", None)
EVERYBODY = (
    "GA_DEREG", "WJ_DEATH", "MZ_CREM", "GA_MIG", "SF_PRISON", "XZ_COLL", "CL_CERT", "CL_SERV",
    "MZ_CHECK", "MZ_SA", "MZ_CHILD", "MZ_ELD", "RS_INS", "CZ_PAY", "SL_MIG", "WJ_FP", "GA_VEH",
    "TY_SERV", "TY_CONS", "JY_STU", "JY_HE",
)  # fmt: skip
_STRANGER = number_of(900, "19610606")


class Offices:
    """Every department says what it knows of a few people; whoever is asked about is decided.

    A full list is sent whole each time, so what a department says of somebody stays until it says
    something else of the same key, or :meth:`forgets` it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._said: dict[str, dict[tuple[str, ...], list[Any]]] = {}
        self._changed: set[str] = set()
        self._people = 0

    def deliver_about_others(self, *codes: str) -> None:
        """Let departments deliver who speak of a stranger only: their silence is then an answer."""
        for code in codes:
            self.says(code, _STRANGER)

    def resident(self, birth: str, **register: Any) -> str:
        """Register somebody born on ``birth`` (YYYY-MM-DD); return the ID number."""
        self._people += 1
        number = number_of(self._people, birth.replace("-", ""))
        self.says("GA_HUKOU", number, birth=birth, **{"division": HERE, **register})
        return number

    def says(self, feed: str, number: str, **cells: Any) -> None:
        """Let a department say something of a person from its next delivery on."""
        columns = feeds.feed(feed).columns
        blank = {one.field: "" for one in columns if not one.required}
        told = row(feed, number, **{**blank, **cells})
        place = [one.field for one in columns]
        key = tuple(str(told[place.index(name)]) for name in feeds.feed(feed).key)
        self._said.setdefault(feed, {})[key] = told
        self._changed.add(feed)

    def forgets(self, feed: str, number: str) -> None:
        """Let a department not name a person any more."""
        kept = self._said[feed]
        self._said[feed] = {key: told for key, told in kept.items() if number not in told}
        self._changed.add(feed)

    def never(self, feed: str) -> None:
        """Let a department never have delivered."""
        del self._said[feed]
        self._changed.discard(feed)

    def deliver(self, as_of: date | None = None) -> None:
        """Import what is new, each feed as one file."""
        for feed in sorted(self._changed):
            content = delivery(feed, *self._said[feed].values())
            found = import_delivery(
                self.session, feed, content, f"{feed}.csv", by=OFFICE, as_of=as_of
            )
            assert (found.state, found.rows_rejected) == ("imported", 0), (feed, found.refusal)
        self._changed.clear()

    def decide(self, month: str) -> "Decided":
        """Deliver, freeze what is known of a month, and run every rule over it."""
        self.deliver()
        snapshot = freeze(self.session, Month.parse(month), by=SYSTEM)
        return Decided(self.session, snapshot, assess(self.session, snapshot, by=SYSTEM))

    def person_id(self, number: str) -> int:
        found = find(self.session, number)
        assert found is not None
        return found.id


class Decided:
    """What was decided of one month."""

    def __init__(self, session: Session, snapshot: Snapshot, assessment: Assessment) -> None:
        self.session = session
        self.snapshot = snapshot
        self.assessment = assessment

    def of(self, number: str, programme: str) -> Outcome:
        """Return what a programme decided about a person."""
        return self._outcome(Subject.PERSON, self._id(number), programme)

    def of_household(self, code: str, programme: str) -> Outcome:
        """Return what a programme decided about a household of the assistance roll."""
        home = self.session.query(Household).filter_by(kind="assist", code=code).one()
        return self._outcome(Subject.HOUSEHOLD, home.id, programme)

    def fact(self, number: str, column: str) -> Any:
        """Return one column of a person's row in the snapshot."""
        open_snapshot(self.snapshot)
        rows = read_table(self.snapshot, "person").to_table().to_pylist()
        return _one(rows, KEYS["person"], self._id(number))[column]

    def _id(self, number: str) -> int:
        found = find(self.session, number)
        assert found is not None
        return found.id

    def _outcome(self, subject: Subject, key: int, programme: str) -> Outcome:
        rows = open_outcomes(self.snapshot, self.assessment)[subject].to_table().to_pylist()
        told = _one(rows, KEYS[subject.value], key)
        code = told.get(f"{programme}_outcome")
        if code is None:
            return "not_payable", None
        return ("not_due", "due", "unknown")[code], told[f"{programme}_amount_fen"]


def _one(rows: list[dict[str, Any]], key: str, value: int) -> dict[str, Any]:
    (found,) = (told for told in rows if told[key] == value)
    return found
