"""Say until when a list is to be paid, before the holiday if its day falls on one."""

from service.batches.models import Batch
from service.foundation.months import Month
from service.programmes.catalogue import rules
from service.programmes.pay_days import pay_day
from service.web.filters import long_day
from service.web.language import gettext


def said_until(batch: Batch) -> str:
    """Return until when a list that is not with the banks yet is to be paid; "" where no rule says."""
    programme = rules().programmes.get(batch.programme)
    if programme is None or batch.state in {"sent", "answered"} or batch.kind == "reissue":
        return ""
    found = pay_day(programme, Month.parse(batch.month))
    if found is None:
        return ""
    by, law = long_day(found.by), long_day(found.law)
    if not found.is_before_holiday:
        return gettext("to be paid by %(day)s") % {"day": by}
    said = gettext("to be paid by %(day)s, before the days off on which %(law)s falls")
    return said % {"day": by, "law": law}
