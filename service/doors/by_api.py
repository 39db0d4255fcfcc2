"""The acts of pages as programs ask for them: each with the policy of its page (`test_every_act_by_api`).

With them the addresses of those who watch, and of those who say who may do what.
"""

from service.doors.door import Door, by, by_one_of, hidden_but_by

_DECISION = "/api/months/{month}/decisions/{code}/{kind}/{subject_id}"
_READS_DECISION = by("residents.read", "assessment.read")
_READS_LINE = by("batches.read", "assessment.read")
_RUNS = by("assessment.run", "batches.build")
_STEPS = ("approvals.decide", "signing.sign")

BY_API: dict[str, Door] = {
    # What was decided.
    f"POST {_DECISION}": _READS_DECISION,
    f"POST {_DECISION}/letter": _READS_DECISION,
    # Months, lists and what is owed back.
    "POST /api/months/{month}/build": _RUNS,
    "POST /api/months/{month}/run": _RUNS,
    "GET /api/months/{month}/run": _RUNS,
    "POST /api/batches/{batch_no}/lines/{reference}/reveal": _READS_LINE,
    "POST /api/batches/{batch_no}/lines/{reference}/release": by("batches.resolve"),
    "GET /api/batches/{batch_no}/findings": by("batches.read"),
    "POST /api/batches/{batch_no}/findings/{control}/clear": by("batches.submit"),
    "GET /api/recoveries": by("recoveries.read"),
    "GET /api/recoveries/{case_no}": by("recoveries.read"),
    "POST /api/recoveries/look-back": _RUNS,
    "POST /api/recoveries/{case_no}/notify": by("recoveries.notify"),
    "POST /api/recoveries/{case_no}/agree": by("recoveries.agree"),
    "POST /api/recoveries/{case_no}/receive": by("recoveries.receive"),
    "POST /api/recoveries/{case_no}/write-off": by("recoveries.write_off"),
    "GET /api/controls/switches": by("controls.read"),
    "POST /api/controls/switches": by("controls.ask_off"),
    "POST /api/controls/switches/{switch_id}/{act}": by_one_of(
        "controls.confirm_off", "controls.ask_off", "controls.switch_on"
    ),
    # Sign-offs.
    "GET /api/absences": by("approvals.read"),
    "POST /api/absences": by_one_of(*_STEPS),
    "POST /api/absences/{absence_id}/end": by_one_of(*_STEPS),
    # Who watches, and who says who may do what.
    "GET /api/audit/proofs/{entry_id}": hidden_but_by("audit.read"),
    "GET /api/audit/entries": hidden_but_by("audit.read"),
    "GET /api/oversight/queries": hidden_but_by("audit.read"),
    "GET /api/oversight/queries/{code}/hits": hidden_but_by("audit.read"),
    "POST /api/oversight/queries/{code}/run": hidden_but_by("audit.read"),
    "POST /api/oversight/hits/{hit_id}/aside": hidden_but_by("findings.write"),
    "GET /api/audit/payments/{reference}/timeline": hidden_but_by("audit.read"),
    "GET /api/audit/persons/{person_id}/{month}/timeline": hidden_but_by("audit.read"),
    "GET /api/audit/batches/{batch_no}/timeline": hidden_but_by("audit.read"),
    "GET /api/audit/files/{file_id}/timeline": hidden_but_by("audit.read"),
    "GET /api/audit/keeping": hidden_but_by("audit.read"),
    "GET /api/findings": by("findings.read"),
    "POST /api/findings": by("findings.write"),
    "GET /api/findings/{finding_no}": by("findings.read"),
    "POST /api/findings/{finding_no}/{act}": by_one_of("findings.write", "findings.answer"),
    "GET /api/officers": by("officers.read"),
    "POST /api/officers/{username}/duties": by("duties.ask"),
    "POST /api/officers/duties/{grant_id}/confirm": by("duties.confirm"),
    "POST /api/officers/duties/{grant_id}/refuse": by_one_of("duties.confirm", "duties.ask"),
    "POST /api/officers/duties/{grant_id}/keep": by("duties.review"),
    "POST /api/officers/duties/{grant_id}/end": by("duties.end"),
    "POST /api/officers/{username}/leave": by("officers.manage"),
}
