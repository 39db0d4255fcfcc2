"""The service: every stage of a pay month, in pipeline order (see README)."""

import importlib

JOB_MODULES = (
    "service.audit.anchors.take",
    "service.audit.nightly.run",
    "service.officers.emergency.grant",
    "service.residents.identity.jobs",
    "service.residents.tasks.jobs",
    "service.residents.intake.jobs",
    "service.assessment.preview.make",
    "service.batches.reopen",
    "service.batches.month",
    "service.batches.mending.run",
    "service.batches.instalments.release",
    "service.batches.exceptions.remind",
    "service.signing.signers.time_stamps.stamp",
    "service.dispatch.prepare",
    "service.dispatch.renew",
    "service.dispatch.hand_over",
    "service.dispatch.resolve",
    "service.dispatch.by_hand.put_away",
    "service.dispatch.recall.hand_over",
    "service.reconciliation.ask",
    "service.enquiry.boards.count",
    "service.enquiry.overview.count",
    "service.enquiry.spared.count",
    "service.webhooks.jobs",
    "service.oversight.standing.jobs",
    "service.oversight.findings.remind",
)


def load_jobs() -> None:
    """Load every module that declares a kind of job; each door of the service does this first."""
    for name in JOB_MODULES:
        importlib.import_module(name)
