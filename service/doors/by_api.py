"""The acts of pages as programs ask for them: each with the policy of its page (`test_every_act_by_api`).

With them the addresses of those who watch, and of those who say who may do what.
"""

from service.doors.door import OWN, Door, by, by_one_of, hidden_but_by

_DECISION = "/api/months/{month}/decisions/{code}/{kind}/{subject_id}"
_READS_DECISION = by("residents.read", "assessment.read")
_READS_LINE = by("batches.read", "assessment.read")
_RUNS = by("assessment.run", "batches.build")
_STEPS = ("approvals.decide", "signing.sign")
SEVERAL = by_one_of("batches.submit", *_STEPS)
"""Deciding on several lists: what is done to each asks for its own duty."""

BY_API: dict[str, Door] = {
    # Residents and what departments say.
    "GET /api/feeds/{code}/deliveries": by("feeds.read"),
    "POST /api/feeds/{code}/deliveries": by("feeds.import"),
    "POST /api/feeds/{code}/deliveries/{delivery_id}/decision": by("feeds.confirm"),
    "POST /api/feeds/{code}/deliveries/{delivery_id}/rejected": by("feeds.import"),
    "GET /api/tasks": by("tasks.read"),
    "POST /api/tasks/{task_id}/answer": by("tasks.answer"),
    "POST /api/tasks/{task_id}/reopen": by("tasks.answer"),
    "GET /api/sources": by("sources.read"),
    "POST /api/sources/{code}/run": by("sources.run"),
    "GET /api/waivers": by("feeds.waive"),
    "POST /api/waivers": by("feeds.waive"),
    "POST /api/waivers/{waiver_id}/end": by("feeds.waive"),
    "POST /api/residents/search": by("residents.search"),
    "POST /api/residents/{person_id}/reveal": by("residents.reveal"),
    "POST /api/residents/{person_id}/account": by("accounts.request"),
    "POST /api/residents/{person_id}/account/{change_id}": by_one_of(
        "accounts.confirm", "accounts.request"
    ),
    "POST /api/residents/{person_id}/life": by("life.confirm"),
    # What was decided, and the rules.
    "GET /api/rules": by("rules.read"),
    "POST /api/rules": by("rules.propose"),
    "GET /api/rules/{name}": by("rules.read"),
    "POST /api/rules/{number}/edit": by("rules.propose"),
    "POST /api/rules/{name}/{act}": by("rules.read"),
    f"POST {_DECISION}": _READS_DECISION,
    f"POST {_DECISION}/letter": _READS_DECISION,
    # Months, lists and what is owed back.
    "POST /api/months/{month}/build": _RUNS,
    "POST /api/months/{month}/run": _RUNS,
    "GET /api/months/{month}/run": _RUNS,
    "POST /api/batches/{batch_no}/lines/{reference}/reveal": _READS_LINE,
    "POST /api/batches/{batch_no}/lines/{reference}/release": by("batches.resolve"),
    "GET /api/batches/{batch_no}/instalments": by("batches.read"),
    "POST /api/batches/{batch_no}/instalments": by("batches.read"),
    "POST /api/several-lists/look": SEVERAL,
    "POST /api/several-lists": SEVERAL,
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
    # Signatures, banks and the ledger.
    "GET /api/keys": by_one_of("signing.sign", "officers.manage"),
    "POST /api/keys/passkey": by("signing.sign"),
    "POST /api/keys/certificate": by("signing.sign"),
    "POST /api/keys/{key_id}/confirm": by("officers.manage"),
    "POST /api/keys/revoke": by("officers.manage"),
    "POST /api/keys/{key_id}/revoke": OWN,
    "POST /api/batches/{batch_no}/lines/{reference}/evidence.zip": hidden_but_by("evidence.pack"),
    "POST /api/dispatch/{file_id}/resend": by("dispatch.send"),
    "POST /api/reconciliation/upload": by("reconciliation.import_reply"),
    "POST /api/reconciliation/reissue": by("reconciliation.resolve"),
    "POST /api/account-corrections/{correction_id}/rows/{row_id}": by("accounts.request"),
    "POST /api/account-corrections/{correction_id}/rows/{row_id}/drop": by("accounts.request"),
    "POST /api/ledger/entries/{entry_id}/reverse": by("ledger.ask"),
    "POST /api/ledger/year-end": by("ledger.ask"),
    "POST /api/ledger/year-end/held": by("ledger.ask"),
    # Who watches, and who says who may do what.
    "GET /api/audit/proofs/{entry_id}": hidden_but_by("audit.read"),
    "GET /api/audit/entries": hidden_but_by("audit.read"),
    "GET /api/audit/verification": hidden_but_by("audit.read"),
    "POST /api/audit/verification": hidden_but_by("audit.read"),
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
    "POST /api/officers": by("officers.manage"),
    "POST /api/officers/{username}/move": by("officers.manage"),
    "POST /api/officers/{username}/interests/{interest_id}/end": by("interests.end"),
    "GET /api/interests": by("interests.declare"),
    "POST /api/interests": by("interests.declare"),
    "GET /api/emergency": by_one_of("emergency.ask", "emergency.read"),
    "POST /api/emergency": by("emergency.ask"),
    "POST /api/emergency/{access_id}/review": by("emergency.review"),
    "POST /api/emergency/{access_id}/{act}": by_one_of("emergency.confirm", "emergency.ask"),
    "POST /api/audit/people": hidden_but_by("audit.read"),
}
