"""Rows of imported correction workbooks."""

import factory

from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from tests.factories.batches import PaymentFactory
from tests.factories.residents import _Made


class CorrectionFileFactory(_Made):
    """A workbook of one line, imported once."""

    class Meta:
        model = CorrectionFile

    id = factory.LazyFunction(ids.uuid7)
    file_name = factory.Sequence(lambda n: f"更正表-{n}.xlsx")
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    lines_given_out = 1
    rows_blank = 0
    rows_known = 0
    rows_hidden = 0
    imported_by = "clerk"
    imported_at = factory.LazyFunction(clock.now)


class CorrectionRowFactory(_Made):
    """One row about a payment, which nothing is wrong with and which waits to be asked for."""

    class Meta:
        model = CorrectionRow

    class Params:
        file = factory.SubFactory(CorrectionFileFactory)
        payment = factory.SubFactory(PaymentFactory)

    id = factory.LazyFunction(ids.uuid7)
    state = "ready"
    file_id = factory.SelfAttribute("file.id")
    sheet = "更正"
    row_no = factory.Sequence(lambda n: n + 4)
    payment_id = factory.SelfAttribute("payment.id")
    raw_sealed = factory.LazyAttribute(
        lambda row: sealer().seal("{}", f"correction_rows:raw:{row.id}")
    )
    faults = factory.LazyFunction(list)
