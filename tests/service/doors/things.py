"""One thing of every kind that a path names: here, in another township, and of another programme."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation import ids
from service.foundation.encryption import sealer
from service.notices.models import NoticeLine
from tests.factories.banks import BankFileFactory
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.mending import RecoveryCaseFactory
from tests.factories.notices import NoticeFactory, ObjectionFactory
from tests.factories.recalls import HandDeliveryFactory, RecallFactory
from tests.factories.residents import PersonFactory

HERE, THERE = "330523100200", "330523101200"
TOWN = HERE[:9]
PROGRAMME, OTHER_PROGRAMME = "MZ15", "MZ16"

PATHS = {
    "month": "2026-10", "code": "GA_HUKOU", "kind": "person", "control": "no_account",
    "name": "R000001", "number": "1", "username": "nobody", "channel": "rural",
    "day": "2026-10-16", "act": "confirm", "subject_id": "1",
}  # fmt: skip
"""What stands in a path for what has neither place nor programme; other names are fresh ids."""


@dataclass(frozen=True)
class Things:
    """The values of a path's parameters for things of one place and programme."""

    division: str
    programme: str
    batch_no: str
    reference: str
    case_no: str
    objection_no: str
    person_id: str
    file_id: str
    recall_id: str
    delivery_id: str

    def fill(self, path: str, names: list[str]) -> str:
        """Return a path with its parameters filled in."""
        own = {**PATHS, **vars(self)}
        if "/feeds/" not in path:
            own["code"] = self.programme
        return path.format(**{name: own.get(name, str(ids.uuid7())) for name in names})


def things(session: Session, division: str, programme: str, batch: Batch | None = None) -> Things:
    """Make one of everything; of a batch that is given, only what belongs to a line."""
    of = batch or BatchFactory.create(programme=programme)
    person = PersonFactory.create(division=division)
    payment = PaymentFactory.create(
        batch=of, division=division, subject_id=person.id, payee_person_id=person.id
    )
    notice = NoticeFactory.create(
        batch=of, number=f"{of.batch_no}-{payment.id}", lines_root=str(payment.id).encode()
    )
    session.add(NoticeLine(notice_id=notice.id, place=1, payment_id=payment.id, division=division))
    session.flush()
    objection_id = ids.uuid7()
    objection = ObjectionFactory.create(
        id=objection_id, notice=notice, programme=of.programme, place=1, payment_id=payment.id,
        line_digest=b"d" * 32,
        text_sealed=sealer().seal("不在本村居住", f"objections:text:{objection_id}"),
    )  # fmt: skip
    case = RecoveryCaseFactory.create(
        division=division, programme=programme, payee_person_id=person.id
    )
    session.refresh(objection)
    session.refresh(case)
    file = BankFileFactory.create(batch=of)
    return Things(
        division=division,
        programme=programme,
        batch_no=of.batch_no,
        reference=payment.reference,
        case_no=case.case_no,
        objection_no=objection.objection_no,
        person_id=str(person.id),
        file_id=str(file.id),
        recall_id=str(RecallFactory.create(file=file).id),
        delivery_id=str(HandDeliveryFactory.create(file=file).id),
    )
