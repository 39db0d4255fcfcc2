"""Every stage's pages and API, in the order in which the money flows."""

from fastapi import APIRouter

from service.administration.banks import api as banks_api
from service.administration.banks import pages as banks_pages
from service.administration.health import api as health_api
from service.administration.health import pages as health_pages
from service.administration.organisations import api as organisations_api
from service.administration.organisations import pages as organisations_pages
from service.approvals import absence_api
from service.approvals import api as approvals_api
from service.approvals import pages as approvals_pages
from service.assessment import api as assessment_api
from service.assessment import pages as assessment_pages
from service.audit import pages as audit_pages
from service.audit import verification_api
from service.audit.keeping import api as keeping_api
from service.audit.keeping import pages as keeping_pages
from service.audit.proof import pages as audit_proof
from service.batches import api as batches_api
from service.batches import line_api, lines_file, month_api, run_pages
from service.batches import pages as batches_pages
from service.batches.differences import pages as differences_pages
from service.batches.exceptions import api as exceptions_api
from service.batches.exceptions import many_api as exceptions_many_api
from service.batches.exceptions import pages as exceptions_pages
from service.batches.exceptions import task_pages as exception_task_pages
from service.batches.findings import api as batch_findings_api
from service.batches.findings import pages as findings_pages
from service.batches.heirs import api as heirs_api
from service.batches.heirs import pages as heirs_pages
from service.batches.instalments import api as instalments_api
from service.batches.instalments import pages as instalments_pages
from service.batches.recoveries import api as recoveries_api
from service.batches.recoveries import pages as recoveries_pages
from service.batches.switches import api as switches_api
from service.batches.switches import pages as switches_pages
from service.dispatch import pages as dispatch_pages
from service.dispatch import resend_api
from service.dispatch.by_hand import api as by_hand_api
from service.dispatch.by_hand import pages as by_hand_pages
from service.dispatch.holding import api as holding_api
from service.dispatch.holding import pages as holding_pages
from service.dispatch.recall import api as recall_api
from service.dispatch.recall import pages as recall_pages
from service.enquiry import api as enquiry_api
from service.enquiry import objections_api as enquiry_objections_api
from service.enquiry import own_api as enquiry_own_api
from service.enquiry import pages as enquiry_pages
from service.enquiry import requests_api as enquiry_requests_api
from service.enquiry.board import api as board_api
from service.enquiry.board import pages as board_pages
from service.enquiry.boards import api as boards_api
from service.enquiry.overview import api as overview_api
from service.enquiry.overview import pages as overview_pages
from service.enquiry.spared import api as spared_api
from service.enquiry.spared import pages as spared_pages
from service.evidence import api as evidence_api
from service.evidence import list_pages as evidence_list_pages
from service.evidence import pages as evidence_pages
from service.ledger import api as ledger_api
from service.ledger import ask_api, posting_pages, waterfall_pages, year_pages
from service.ledger import pages as ledger_pages
from service.notices import api as notices_api
from service.notices import pages as notices_pages
from service.notices import public_api as notices_public_api
from service.notices.objections import api as objections_api
from service.notices.objections import pages as objections_pages
from service.officers import api as officers_api
from service.officers import interest_api, interest_pages, staff_api, staff_pages
from service.officers import pages as officers_pages
from service.officers.emergency import api as emergency_api
from service.officers.emergency import pages as emergency_pages
from service.oversight.desk import pages as desk_pages
from service.oversight.findings import api as audit_findings_api
from service.oversight.findings import pages as audit_findings_pages
from service.oversight.reading import pages as reading_pages
from service.oversight.samples import api as samples_api
from service.oversight.samples import pages as samples_pages
from service.oversight.search import api as audit_search_api
from service.oversight.search import pages as audit_search_pages
from service.oversight.search import person_api
from service.oversight.standing import api as standing_api
from service.oversight.standing import pages as standing_pages
from service.oversight.timeline import api as timeline_api
from service.oversight.timeline import pages as timeline_pages
from service.programmes import api as programmes_api
from service.programmes import pages as programmes_pages
from service.programmes.browser import pages as rule_browser_pages
from service.programmes.proposals import api as proposals_api
from service.programmes.proposals import form_pages as proposal_form_pages
from service.programmes.proposals import pages as proposals_pages
from service.reconciliation import api as reconciliation_api
from service.reconciliation import day_pages, files_api
from service.reconciliation import pages as reconciliation_pages
from service.reconciliation.corrections import api as account_corrections_api
from service.reconciliation.corrections import pages as account_corrections_pages
from service.reconciliation.corrections import row_api
from service.reconciliation.deadlines import api as deadlines_api
from service.reconciliation.deadlines import pages as deadlines_pages
from service.reconciliation.desk import api as finance_desk_api
from service.reconciliation.desk import pages as finance_desk_pages
from service.reconciliation.faulty import api as faulty_api
from service.reconciliation.quarantine import api as quarantine_api
from service.reconciliation.quarantine import pages as quarantine_pages
from service.reconciliation.receipts import api as receipt_api
from service.reconciliation.receipts import pages as receipt_pages
from service.reconciliation.workbooks import api as workbooks_api
from service.reconciliation.workbooks import pages as workbooks_pages
from service.residents import api as residents_api
from service.residents import pages as residents_pages
from service.residents.intake.push import api as pushes_api
from service.residents.record import acts as record_acts
from service.residents.record import api as record_api
from service.residents.record import changes_page, search_pages
from service.residents.record import pages as record_pages
from service.signing import api as signing_api
from service.signing import pages as signing_pages
from service.signing import recount_pages as signing_recount_pages
from service.signing.several import api as several_api
from service.signing.several import pages as several_pages
from service.signing.signers import api as keys_api
from service.signing.signers import pages as keys_pages
from service.signing.voucher import pages as voucher_pages
from service.webhooks import api as webhooks_api
from service.webhooks import pages as webhooks_pages

ASKED_MOST_API: tuple[APIRouter, ...] = (enquiry_api.router,)
ASKED_MOST_PAGES: tuple[APIRouter, ...] = (enquiry_pages.router,)
"""What a county's residents ask by the hundred a second: an address is looked for from the first on."""

OPEN_PAGES: tuple[APIRouter, ...] = (
    officers_pages.router,
    programmes_pages.router,
    notices_pages.router,
    board_pages.router,
    spared_pages.router,
)
"""Pages that nobody has to sign in for."""

OPEN_API: tuple[APIRouter, ...] = (
    programmes_api.router,
    pushes_api.router,
    notices_public_api.router,
    enquiry_own_api.router,
    enquiry_requests_api.router,
    enquiry_objections_api.router,
    board_api.router,
    boards_api.router,
    spared_api.router,
)
"""Routes under /api/ that look after themselves who may use them."""

OFFICER_PAGES: tuple[APIRouter, ...] = (
    residents_pages.router,
    search_pages.router,
    record_pages.router,
    record_acts.router,
    changes_page.router,
    assessment_pages.router,
    # Before the proposals: "figures" is no name of one.
    rule_browser_pages.router,
    proposal_form_pages.router,
    proposals_pages.router,
    batches_pages.router,
    lines_file.router,
    run_pages.router,
    instalments_pages.router,
    exceptions_pages.router,
    exception_task_pages.router,
    findings_pages.router,
    differences_pages.router,
    recoveries_pages.router,
    heirs_pages.router,
    switches_pages.router,
    approvals_pages.router,
    objections_pages.router,
    signing_pages.router,
    several_pages.router,
    keys_pages.router,
    signing_recount_pages.router,
    voucher_pages.router,
    # Before the files: "recalls" is no id of a file.
    recall_pages.router,
    holding_pages.router,
    by_hand_pages.router,
    dispatch_pages.router,
    reconciliation_pages.router,
    quarantine_pages.router,
    workbooks_pages.router,
    deadlines_pages.router,
    day_pages.router,
    account_corrections_pages.router,
    finance_desk_pages.router,
    receipt_pages.router,
    ledger_pages.router,
    waterfall_pages.router,
    posting_pages.router,
    year_pages.router,
    overview_pages.router,
    evidence_pages.router,
    evidence_list_pages.router,
    desk_pages.router,
    standing_pages.router,
    samples_pages.router,
    audit_findings_pages.router,
    audit_pages.router,
    keeping_pages.router,
    audit_search_pages.router,
    timeline_pages.router,
    reading_pages.router,
    webhooks_pages.router,
    health_pages.router,
    banks_pages.router,
    organisations_pages.router,
    staff_pages.router,
    interest_pages.router,
    emergency_pages.router,
)
"""Pages of the stages, in pipeline order; who may pass is written in `service.doors.table`."""

OFFICER_API: tuple[APIRouter, ...] = (
    residents_api.router,
    record_api.router,
    assessment_api.router,
    proposals_api.router,
    month_api.router,
    batches_api.router,
    line_api.router,
    evidence_api.router,
    batch_findings_api.router,
    recoveries_api.router,
    switches_api.router,
    instalments_api.router,
    exceptions_many_api.router,
    exceptions_api.router,
    heirs_api.router,
    notices_api.router,
    objections_api.router,
    approvals_api.router,
    absence_api.router,
    signing_api.router,
    several_api.router,
    keys_api.router,
    by_hand_api.router,
    holding_api.router,
    workbooks_api.router,
    deadlines_api.router,
    reconciliation_api.router,
    files_api.router,
    finance_desk_api.router,
    quarantine_api.router,
    faulty_api.router,
    receipt_api.router,
    recall_api.router,
    resend_api.router,
    account_corrections_api.router,
    row_api.router,
    ledger_api.router,
    ask_api.router,
    year_pages.api_router,
    overview_api.router,
    audit_search_api.router,
    person_api.router,
    standing_api.router,
    samples_api.router,
    timeline_api.router,
    keeping_api.router,
    audit_proof.api,
    verification_api.router,
    audit_findings_api.router,
    webhooks_api.router,
    health_api.router,
    banks_api.router,
    organisations_api.router,
    officers_api.router,
    staff_api.router,
    interest_api.router,
    emergency_api.router,
)
"""Routes under /api/ of the stages, in pipeline order."""
