"""The command line's door: every stage's commands under one name."""

import sys
import warnings
from typing import NoReturn

import typer

from service import introductions, load_jobs
from service.approvals.commands import app as approvals
from service.assessment.commands import assess_files
from service.assessment.correction_commands import app as corrections
from service.assessment.explain_command import app as explaining
from service.assessment.preview.commands import preview_proposal
from service.audit.commands import app as audit
from service.audit.cosigning.commands import print_vkeys
from service.audit.key_commands import app as keys
from service.audit.witness.commands import app as witness
from service.batches.commands import app as month
from service.batches.exceptions.commands import app as exceptions
from service.batches.heirs.commands import app as heirs
from service.batches.instalments.commands import instalments
from service.batches.mending.commands import mend_month
from service.batches.proof.command import prove
from service.batches.recoveries.commands import app as recoveries
from service.demo.commands import county, demo
from service.demo.serve import serve
from service.dispatch.bank_file_commands import app as bank_files
from service.dispatch.commands import app as banks
from service.dispatch.holding.commands import app as holds
from service.dispatch.recall.commands import app as recalls
from service.enquiry.overview.commands import app as overview
from service.evidence.commands import pack_batch, pack_month, pack_payment
from service.foundation.commands import db, down, work
from service.foundation.encryption.require_keys import at_start
from service.foundation.logs import configure, kind_of, logger, places_of
from service.foundation.migrating import upgrade_embedded
from service.foundation.not_written import NotWritten, is_not_written
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.commands import app as ledger
from service.notices.commands import app as notices
from service.officers.commands import app as officers
from service.oversight.commands import app as oversight
from service.oversight.findings.commands import app as audit_findings
from service.oversight.samples.commands import app as audit_samples
from service.oversight.standing.commands import app as standing_queries
from service.programmes.commands import app as rules
from service.programmes.proposals.commands import app as proposals
from service.reconciliation.commands import app as reconciliation
from service.reconciliation.corrections.commands import app as account_corrections
from service.reconciliation.deadlines.commands import list_deadlines
from service.reconciliation.quarantine.commands import app as quarantine
from service.reconciliation.workbooks.commands import app as workbooks
from service.residents.commands import app as feeds
from service.residents.identity.commands import app as identity
from service.residents.intake.commands import app as sources
from service.residents.places.commands import app as divisions
from service.residents.record.commands import app as residents
from service.residents.tasks.commands import app as tasks
from service.signing.commands import app as signing
from service.signing.signers.no_private_keys import require_no_private_keys
from service.signing.signers.pkcs11.command import sign_with_token
from service.web.serving import web
from service.webhooks.commands import app as webhooks

app = typer.Typer(
    help="Anxin 安心: pay every livelihood subsidy straight to the resident's card.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_WITHOUT_DATABASE = frozenset(
    {"bank", "demo", "serve", "web", "county", "db", "down", "rules", "sign", "witness"}
)
"""Commands that need no database, or make it ready themselves."""


@app.callback()
def prepare(context: typer.Context) -> None:
    """Make sure that the embedded database has the newest schema."""
    introductions.make()
    offline = context.invoked_subcommand in _WITHOUT_DATABASE or "--help" in sys.argv
    if not offline and not _verifies_a_file():
        upgrade_embedded()
        if context.invoked_subcommand != "keys":  # Those look into what is wrong with them.
            at_start()
            require_no_private_keys()


def _verifies_a_file() -> bool:
    """Return whether somebody verifies what was taken out: that needs no database, and no keys of ours."""
    if sys.argv[1:3] == ["audit", "verify"]:
        before = ["", *sys.argv[3:]]
        named = zip(before, sys.argv[3:], strict=False)
        return any(
            not one.startswith("-") and name not in ("--trust", "--head") for name, one in named
        )
    checks_proof = sys.argv[1:3] == ["audit", "proof"] and "--check" in sys.argv
    return checks_proof or sys.argv[1:3] == ["signing", "verify"]


app.command("demo")(demo)
app.command("serve")(serve)
app.command("web")(web)
app.add_typer(county, name="county")

rules.command("assess")(assess_files)
rules.registered_commands += proposals.registered_commands
rules.command("preview")(preview_proposal)
app.add_typer(rules, name="rules")
app.add_typer(feeds, name="feeds")
app.add_typer(sources, name="sources")
app.add_typer(tasks, name="tasks")
# Who people are and what is known of them: two places in the code, one name for people.
residents.registered_commands += identity.registered_commands
app.add_typer(residents, name="residents")
app.add_typer(divisions, name="divisions")
month.registered_commands += explaining.registered_commands
month.command("mend")(mend_month)
month.command("instalments")(instalments)
app.add_typer(month, name="month")
app.add_typer(exceptions, name="exceptions")
app.add_typer(recoveries, name="recoveries")
app.add_typer(corrections, name="corrections")
app.add_typer(heirs, name="heirs")
app.add_typer(approvals, name="approvals")
app.add_typer(notices, name="notices")
workbooks.registered_commands += account_corrections.registered_commands
app.add_typer(workbooks, name="workbook")
app.add_typer(reconciliation, name="reconciliation")
app.add_typer(quarantine, name="quarantine")
app.add_typer(ledger, name="ledger")
audit.command("pack")(pack_payment)
audit.command("proof")(prove)
audit.command("pack-batch")(pack_batch)
audit.command("pack-month")(pack_month)
audit.registered_commands += oversight.registered_commands
audit.add_typer(standing_queries, name="queries")
audit.command("vkeys")(print_vkeys)
audit.add_typer(audit_findings, name="findings")
audit.add_typer(audit_samples, name="sample")
app.add_typer(audit, name="audit")
app.add_typer(overview, name="overview")
app.add_typer(witness, name="witness")
app.add_typer(keys, name="keys")
app.add_typer(officers, name="officers")
app.add_typer(webhooks, name="webhooks")
app.add_typer(signing, name="signing")
app.add_typer(holds, name="holds")
app.add_typer(banks, name="banks")
banks.command("deadlines")(list_deadlines)
app.add_typer(bank_files, name="bank")
app.add_typer(recalls, name="recalls")
app.add_typer(work, name="jobs")
app.add_typer(db, name="db")
app.command("sign")(sign_with_token)
app.command("down")(down)


def main() -> None:
    """Run a command; a problem is one sentence and exit code 1."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    configure("WARNING" if settings().log_level == "INFO" else settings().log_level)
    load_jobs()
    try:
        app()
    except Problem as problem:
        _say(problem)
    except Exception as error:
        if is_not_written(error):
            _say(NotWritten())
        # Its message may repeat a value it stumbled over; kind and place are enough to find it.
        logger("cli").error("command.failed", kind=kind_of(error), at=places_of(error))
        sys.exit(1)


def _say(problem: Problem) -> NoReturn:
    typer.echo(f"{problem}\n{problem.say('zh')}", err=True)
    sys.exit(1)
