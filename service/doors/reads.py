"""What addresses show of people: a declaration each, so that no page has to remember to record it.

An address whose own code records the reading (because it knows better what was shown) stands in
`RECORDED_BY_ITSELF`; `test_reading_is_recorded` finds addresses that name a person and stand nowhere.
"""

from service.oversight.reading import about
from service.oversight.reading.about import Whom
from service.oversight.reading.record import EXPORTED, LISTED

SHOWS_A_PERSON: dict[str, Whom] = {
    "GET /heirs/{person_id}": about.person,
    "GET /api/heirs/{person_id}": about.person,
    "GET /tasks/{task_id}": about.task,
    "GET /exceptions/{key}": about.exception,
    "GET /api/exceptions/{key}": about.exception,
    "GET /objections/{objection_no}": about.objection,
    "GET /api/objections/{objection_no}": about.objection,
    "GET /recoveries/{case_no}": about.recovery,
    "GET /api/recoveries/{case_no}": about.recovery,
    "GET /reconciliation/exceptions/{key}": about.finance_exception,
    "GET /api/reconciliation/exceptions/{key}": about.finance_exception,
    "GET /reconciliation/lines/{line_id}": about.reply_line,
    "GET /api/reconciliation/lines/{line_id}": about.reply_line,
    "GET /account-corrections/{correction_id}/rows/{row_id}": about.correction_row,
    "GET /batches/{batch_no}/lines/{reference}/evidence": about.line,
    "GET /audit/reading/persons/{person_id}": about.person,
}

# A page of a list shows masked names and the ends of accounts, fifty lines at a time: it is no look at
# anybody. A program that walks the whole list, and a file, are.
SHOWS_MANY: dict[str, str] = {
    "GET /api/batches/{batch_no}/lines": LISTED,
    "GET /batches/{batch_no}/differences.csv": EXPORTED,
    "GET /batches/{batch_no}/lines.csv": EXPORTED,
    "GET /batches/{batch_no}/lines.xlsx": EXPORTED,
    "GET /exceptions.csv": EXPORTED,
    "GET /oversight/samples/{sample_no}/lines.csv": EXPORTED,
    "GET /reconciliation/exceptions.csv": EXPORTED,
    "GET /api/reconciliation/files/{file_id}/sheet": LISTED,
}

RECORDED_BY_ITSELF = frozenset({
    "GET /residents/{person_id}",
    "GET /residents/{person_id}/decisions",
    "GET /months/{month}/decisions/{code}/{kind}/{subject_id}",
    "GET /months/{month}/decisions/{code}/{kind}/{subject_id}/letter",
    "GET /batches/{batch_no}/lines/{reference}",
    "GET /batches/{batch_no}/lines/{reference}/evidence.zip",
    "GET /audit/entries.csv",
    "GET /audit/payments/{reference}",
    "GET /audit/persons/{person_id}/{month}",
    "GET /api/audit/payments/{reference}/timeline",
    "GET /api/audit/persons/{person_id}/{month}/timeline",
})  # fmt: skip

SHOWS_NOBODY = frozenset(
    {"GET /rules/{name}/effects.csv", "GET /findings.csv", "GET /overview.csv"}
)
