"""What every address takes besides its path, and what in it names a thing that is not everybody's.

A path's things are checked at the door (`service.doors.things`); what stands in a query, a form or
a program's JSON is checked by the verb behind. `NAMES` lists all of that; `test_named_things` sends
each to officers whom it is none of the business of. Whoever adds a parameter writes it down here.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

PLAIN = frozenset({
    # Words, figures, days and choices of a form; pages, states and kinds of a list.
    "account", "account_reason", "act", "amount", "amount_fen", "answer", "as_of", "bank_code", "bank_name",
    "basis", "cause", "contact", "control", "day", "days", "decision", "decision_reason",
    "department", "end_reason", "evidence", "first", "from_day", "from_month", "holder", "how", "kind",
    "known", "law", "least", "least_fen", "life_reason", "minutes", "month", "monthly", "monthly_fen", "most",
    "most_fen", "now_fen", "of", "on", "once", "organisation", "other_organisation", "outcome", "page", "part", "purpose", "reason", "reason_code", "reference", "refuse_reason",
    "relation", "remark", "said", "severity", "share", "since", "standing", "state", "take",
    "text", "title", "to_day", "to_month", "to_step", "true", "until", "what", "which", "who", "whole",
    # Marks by which a page says what it showed, or that this is the same request again.
    "mark", "seen",
})  # fmt: skip
"""Names that stand for no thing wherever they are; each other name is written down for its address."""

EVERYBODYS = {
    # What a form gives itself, so that it is answered once; the answer is its sender's alone.
    ("POST /several-lists", "key"),
    # A posted notice hangs in public, and anybody may object to any line of it.
    ("POST /objections/take", "notice"), ("POST /objections/take", "line"),
    ("POST /api/objections", "notice_number"), ("POST /api/objections", "place"),
    # Colleagues are named to each other; whether one may stand in is asked by the verb.
    ("POST /absences", "delegate"), ("POST /api/absences", "delegate"),
    ("POST /api/batches/{batch_no}/approve", "acting_for"),
    # Anybody in the county may be an officer's relative.
    ("POST /interests", "person"), ("POST /api/interests", "person"),
    # The offices that exceptions are given to; what lies in them is asked for exception by exception.
    ("POST /exceptions/assign", "to"), ("GET /exceptions/preview", "to"),
    ("POST /api/exceptions/assign", "to"), ("POST /api/exceptions/assign/preview", "to"),
    # Everybody who reads the rules reads all of them.
    ("GET /rules/programmes", "fact"), ("GET /rules/programmes", "q"), ("GET /rules/figures", "q"),
    ("GET /rules/versions", "before"), ("GET /rules/versions", "after"), ("GET /rules/new", "value"),
    # The rules are public; whose programmes a change may be about is asked of each `name`.
    ("GET /rules/new", "file"), ("POST /rules/new", "file"), ("POST /rules/{number}/edit", "file"),
    # Whose payments its rows are about is asked row by row (`test_correction_workbooks`).
    ("POST /account-corrections/import", "file"), ("POST /api/account-corrections/import", "file"),
    # Which offices' findings a list shows, of those one may see; what an office says it has done.
    ("GET /findings", "office"), ("GET /findings.csv", "office"), ("GET /api/findings", "office"),
    ("POST /findings/{finding_no}/{act}", "measures"),
    ("POST /api/findings/{finding_no}/{act}", "measures"),
    # Programmes are known to all; who is limited to others is refused (`test_overview_own`).
    ("GET /overview", "programme"), ("GET /overview.csv", "programme"),
    ("GET /api/overview", "programme"),
    # A feed and a bank's channel are the whole county's.
    ("POST /feeds/{code}/deliveries", "file"), ("GET /sources", "asked"),
    ("POST /api/feeds/{code}/deliveries", "file"),
    # Which header of the waiting file is which of the feed's columns.
    ("POST /api/feeds/{code}/deliveries/{delivery_id}/decision", "mapping"),
    # The officer's own key and challenge, or it is refused (`test_signing_sign`).
    ("POST /api/batches/{batch_no}/sign", "key_id"), ("POST /api/batches/{batch_no}/sign", "nonce"),
    ("POST /api/batches/{batch_no}/sign", "signature"),
    ("POST /batches/{batch_no}/sign-with-passkey", "key_id"),
    ("POST /batches/{batch_no}/sign-with-passkey", "nonce"),
    ("POST /batches/{batch_no}/sign-with-passkey", "signature"),
    ("POST /batches/{batch_no}/sign-with-passkey", "authenticator_data"),
    ("POST /batches/{batch_no}/sign-with-passkey", "client_data_json"),
    ("POST /keys/certificate", "certificate"), ("POST /keys/passkey", "attestation_object"),
    ("POST /keys/passkey", "client_data_json"), ("POST /api/keys/certificate", "certificate"),
    ("POST /api/keys/passkey", "attestation_object"), ("POST /api/keys/passkey", "client_data_json"),
    # Payments of the file or recall in the path; a reference of any other is refused.
    ("POST /dispatch/{file_id}/recall", "references"),
    ("POST /dispatch/recalls/{recall_id}/answer", "references"),
    *((f"POST {api}/dispatch/{{file_id}}/hold", name) for api in ("", "/api")
      for name in ("references", "username", "password")),
    # What proves that the file in the path was delivered, and remarks on it.
    *((f"POST {api}/dispatch/delivered/{{file_id}}", name) for api in ("", "/api")
      for name in ("proof", "receipt_no", "receipt_at")),
    ("POST /dispatch/delivered/{file_id}", "remark"),
    ("POST /dispatch/{file_id}/take-back", "why_back"),
    ("POST /api/dispatch/{file_id}/recall", "references"),
    ("POST /api/dispatch/recalls/{recall_id}/answer", "references"),
    # The second officer of two, who proves it by the password.
    *((address, name) for name in ("username", "password") for address in (
        "POST /dispatch/{file_id}/recall", "POST /dispatch/recalls/{recall_id}/answer",
        "POST /api/dispatch/{file_id}/recall", "POST /api/dispatch/recalls/{recall_id}/answer")),
    ("POST /dispatch/{file_id}/resend", "username"), ("POST /dispatch/{file_id}/resend", "password"),
    ("POST /api/dispatch/{file_id}/resend", "username"),
    ("POST /api/dispatch/{file_id}/resend", "password"),
}  # fmt: skip
"""(address, parameter) that names something, but nothing that is hidden from any officer."""

_EXCEPTIONS = ("batch", "programme", "place", "keys")

NAMES: dict[str, tuple[str, ...]] = {
    "GET /api/batches": ("programme",),
    "GET /batches": ("programme",),
    "GET /api/batches/{batch_no}/lines": ("after", "place"),
    "GET /batches/{batch_no}": ("after", "before", "place"),
    "GET /batches/{batch_no}/lines.csv": ("place",),
    "GET /batches/{batch_no}/lines.xlsx": ("place",),
    "GET /batches/{batch_no}/differences": ("after", "before", "township"),
    "GET /batches/{batch_no}/differences.csv": ("township",),
    "GET /several-lists": ("batch",),
    "POST /several-lists": ("batch",),
    "POST /api/several-lists/look": ("batches",),
    "POST /api/several-lists": ("batches",),
    "GET /exceptions": ("after", *_EXCEPTIONS),
    "GET /exceptions.csv": _EXCEPTIONS,
    "GET /exceptions/preview": _EXCEPTIONS,
    "POST /exceptions/clear": _EXCEPTIONS,
    "POST /exceptions/assign": _EXCEPTIONS,
    "GET /api/exceptions": ("after", "batch", "programme", "place"),
    "POST /api/exceptions/clear/preview": _EXCEPTIONS,
    "POST /api/exceptions/clear": _EXCEPTIONS,
    "POST /api/exceptions/assign/preview": _EXCEPTIONS,
    "POST /api/exceptions/assign": _EXCEPTIONS,
    "GET /heirs": ("after",),
    "GET /api/heirs": ("after",),
    "POST /heirs/{person_id}": ("number",),
    "POST /api/heirs/{person_id}/registrations": ("number",),
    "POST /heirs/{person_id}/refuse": ("refused",),
    "POST /heirs/{person_id}/end": ("ended",),
    **{
        f"{method}/months/{{month}}/decisions/{{code}}/{{kind}}/{{subject_id}}{part}": (
            "assessment",
        )
        for method in ("GET ", "POST ", "POST /api")
        for part in ("", "/letter")
    },
    "GET /months/{month}/run": ("division",),
    "POST /months/{month}/run": ("codes", "shown", "division"),
    "POST /api/months/{month}/run": ("codes", "division"),
    "POST /residents": ("number", "name", "division"),
    "POST /api/residents/search": ("number", "name", "division"),
    "POST /controls": ("programme",),
    "POST /api/controls/switches": ("programme",),
    "POST /rules/new": ("name",),
    "POST /rules/{number}/edit": ("name",),
    "POST /api/rules": ("texts",),
    "POST /api/rules/{number}/edit": ("texts",),
}
"""{address: what in its query, form or JSON names a thing that some officers may not know of}."""

READ_BY_HAND = {
    "service/batches/exceptions/pages.py": "the filters and keys above",
    "service/residents/pages/decision.py": "map-N: columns of a delivery",
    "service/web/forms.py": "the form's token",
    "service/web/visiting.py": "language and size of the text",
}
"""The modules that read a query or form themselves, where no declaration says what they take."""

PATHS_CHECKED_BEHIND = {
    "change_id", "correction_id", "heir_id", "row_id", "subject_id", "task_id", "key", "assignment_no", "decision_no",
    "finding_no",
}  # fmt: skip
"""What a path names and no door asks about, because only the verb behind knows whose it is."""

PATHS_OF_NOBODY = {
    # Words and days, public numbers, the county's own things, the officer's own, or the officers
    # themselves, whom only duties for everything reach.
    "absence_id", "access_id", "act", "answer", "ask_id", "channel", "code", "control", "day", "delivery_id",
    "drawn", "endpoint_id", "entry_id", "feed", "hit_id", "line_id", "sample_no",
    "grant_id", "interest_id", "key_id", "kind", "month", "name", "number", "officer_id", "page", "place",
    "reference",
    "switch_id", "username", "waiver_id",
}  # fmt: skip


def taken(dependant: Any) -> Iterator[str]:
    """Yield the names of every value that an address takes from query, form or JSON."""
    for one in (*dependant.query_params, *dependant.body_params):
        kind = one.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(kind)
        else:
            yield one.alias
    for inner in dependant.dependencies:
        yield from taken(inner)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner)
        else:
            yield name
