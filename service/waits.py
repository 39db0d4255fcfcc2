"""What the work queue asks: every stage says here what waits for an officer, and what others owe."""

from service.administration.health.waiting import out_of_order
from service.approvals import waiting as approvals_waiting
from service.batches import waiting as batches_waiting
from service.batches.exceptions import waiting as exceptions_waiting
from service.batches.heirs import pages as heirs_pages
from service.batches.switches import pages as switches_pages
from service.batches.switches.waiting import asked_off
from service.dispatch import pages as dispatch_pages
from service.dispatch.by_hand.waiting import carried_files
from service.dispatch.recall.waiting import asked_of_banks, open_recalls
from service.notices.objections import waiting as objections_waiting
from service.officers.emergency import pages as emergency_pages
from service.oversight.findings.waiting import findings as findings_waiting
from service.oversight.findings.waiting import put_to_offices
from service.programmes.proposals import pages as proposals_pages
from service.programmes.proposals.waiting import proposed
from service.reconciliation import denied
from service.reconciliation import waiting as reconciliation_waiting
from service.reconciliation.acknowledgements import silent_files
from service.residents import pages as residents_pages
from service.residents.record import changes_page
from service.signing import waiting as signing_waiting
from service.signing.alarm import stopped as stopped_before_sending
from service.signing.signers import pages as keys_pages
from service.signing.signers.time_stamps.missing import waiting_for_stamps
from service.web import queue
from service.webhooks import waiting as webhooks_waiting

PROVIDERS: tuple[queue.Provider, ...] = (
    batches_waiting.to_submit,
    exceptions_waiting.to_answer,
    exceptions_waiting.answered,
    exceptions_waiting.escalated,
    objections_waiting.objections_to_answer,
    approvals_waiting.to_review,
    approvals_waiting.late_steps,
    approvals_waiting.kept_out,
    signing_waiting.to_sign,
    keys_pages.keys_to_confirm,
    keys_pages.own_key_ends,
    stopped_before_sending,
    waiting_for_stamps,
    dispatch_pages.unknown_files,
    carried_files,
    open_recalls,
    silent_files,
    denied.denied_files,
    reconciliation_waiting.banks_answers,
    reconciliation_waiting.late_and_broken,
    reconciliation_waiting.asks_to_answer,
    reconciliation_waiting.corrected_failures,
    residents_pages.waiting_deliveries,
    residents_pages.late_feeds,
    residents_pages.overdue_tasks,
    residents_pages.resident_requests,
    residents_pages.upheld_objections,
    residents_pages.stale_feeds,
    changes_page.account_changes,
    heirs_pages.heirs_to_confirm,
    heirs_pages.estates_without_heirs,
    proposals_pages.proposals_to_decide,
    switches_pages.switches_to_confirm,
    emergency_pages.emergencies,
    findings_waiting,
    webhooks_waiting.endpoints,
    out_of_order,
    emergency_pages.duties_to_confirm,
)

OWED: tuple[queue.Provider, ...] = (
    exceptions_waiting.given_out,
    objections_waiting.being_put_right,
    approvals_waiting.handed_on,
    asked_of_banks,
    reconciliation_waiting.asked_of_second,
    changes_page.asked_changes,
    proposed,
    asked_off,
    put_to_offices,
    emergency_pages.asked_of_second,
)
