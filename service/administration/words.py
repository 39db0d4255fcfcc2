"""What administrators read about jobs and scheduled work."""

from service.web.language import gettext, translatable

_JOBS = {
    "audit.take_anchor": translatable("Time-stamp over the audit trail"),
    "audit.verify_whole": translatable("Nightly verification of the trail"),
    "emergency.grant": translatable("Opening an emergency"),
    "residents.identity": translatable("Finding who is who"),
    "residents.look": translatable("Daily look at the data"),
    "residents.collect": translatable("Collecting a department's data"),
    "rules.preview": translatable("Preview of a change of rules"),
    "assessment.reopen": translatable("Looking at a decision again"),
    "month.freeze": translatable("Freezing a month's facts"),
    "month.assess": translatable("Deciding a month"),
    "month.build": translatable("Making a month's lists"),
    "mend.look": translatable("Looking for past months to mend"),
    "mend.programme": translatable("Mending a programme's past months"),
    "instalments.release": translatable("Releasing an instalment"),
    "batches.look_at_deadlines": translatable("Reminding of exceptions"),
    "signing.time_stamp": translatable("Time-stamp over signatures"),
    "dispatch.prepare": translatable("Writing bank files"),
    "dispatch.renew": translatable("Writing late bank files anew"),
    "dispatch.begin": translatable("Beginning to send a list"),
    "dispatch.hand_over": translatable("Handing a file to a bank"),
    "dispatch.resolve": translatable("Finding out whether a bank has a file"),
    "dispatch.put_away": translatable("Putting a carried file away"),
    "dispatch.hand_over_recall": translatable("Handing a recall to a bank"),
    "dispatch.resolve_recall": translatable("Finding out whether a bank has a recall"),
    "reconciliation.ask_result": translatable("Asking a bank for results"),
    "reconciliation.ask_statement": translatable("Asking a bank for a statement"),
    "reconciliation.look_for_late": translatable("Looking for late answers of banks"),
    "enquiry.count_boards": translatable("Adding up the village boards"),
    "enquiry.count_overview": translatable("Counting for the overview"),
    "enquiry.count_spared": translatable("Counting spared proofs"),
    "webhooks.deliver": translatable("Telling receivers of events"),
    "oversight.ask_standing_query": translatable("Standing queries"),
    "oversight.escalate_findings": translatable("Reminding of findings"),
}
_TASKS = {
    "jobs.sweep": translatable("Finding jobs whose wake-up was lost"),
    "audit.sequence": translatable("Sealing the audit trail"),
    "audit.look_after": translatable("Asking for time-stamp and verification"),
    "reconciliation.collect": translatable("Collecting banks' answers"),
    "signing.ask_for_missing": translatable("Asking again for missing time-stamps"),
    "dispatch.renew_due": translatable("Looking for late bank files"),
    "webhooks.deliver": translatable("Telling receivers of events"),
    "health.look": translatable("Looking at the service's health"),
    "residents.schedule_sources": translatable("Looking at departments' sources"),
}


def job_words(kind: str) -> str:
    """Return what a kind of job does."""
    return gettext(_JOBS[kind]) if kind in _JOBS else kind


def task_words(task: str) -> str:
    """Return what a piece of scheduled work does."""
    return gettext(_TASKS[task])
