"""A second look for signers: everything recomputed from the bytes, and the bytes to do it oneself.

The page is made by the single file that runs anywhere (`standalone/recount.py`), over the very
bundle that a signer can take away; neither uses the figures of the other pages.
"""

import tempfile
from pathlib import Path

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from service.audit.record import record
from service.batches import queries
from service.batches.about import require_seen
from service.batches.models import Batch
from service.batches.pages import session_id
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.signing.bundle.codes import MEANING
from service.signing.bundle.write import packed, write_bundle
from service.signing.manifest import of_batch
from service.signing.standalone import held
from service.signing.standalone import recount as standalone
from service.signing.standalone.recount import recount
from service.web.filters import number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()


@router.get("/batches/{batch_no}/recount")
def show_recount(session: Transaction, officer: SignedInOfficer, batch_no: str) -> Response:
    """Count, total, root and file digests, recomputed now from lines and stored bytes."""
    batch = _prepared(session, officer, "signing.read", batch_no)
    with tempfile.TemporaryDirectory(prefix="anxin-recount-") as folder:
        report, _ = recount(write_bundle(session, batch, Path(folder)))
    chinese = visit().language.startswith("zh")
    pairs = [
        (gettext("Lines counted"), number(report.count)),
        (gettext("Total of the lines, in yuan"), yuan(report.amount_fen)),
    ]
    digests = [(gettext("Merkle root of the lines"), report.lines_root)]
    for name, sha256, sm3 in report.files:
        digests += [(f"{name} SHA-256", sha256), (f"{name} SM3", sm3)]
    digests += [
        (gettext("SHA-256 of manifest %(n)s") % {"n": position}, digest)
        for position, digest in enumerate(report.digests, start=1)
    ]
    return page(
        "signing/recount.html",
        batch=batch,
        pairs=pairs,
        digests=digests,
        faults=[
            Fault(f"{MEANING[one.code][1] if chinese else MEANING[one.code][0]}: {one.said}")
            for one in report.wrong
        ],
    )


@router.get("/batches/{batch_no}/bundle.zip")
def give_bundle(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str
) -> Response:
    """The bundle of a prepared or signed batch, for a signer to recount elsewhere; each taking is recorded."""
    batch = _prepared(session, officer, "signing.sign", batch_no)
    folder = tempfile.TemporaryDirectory(prefix="anxin-bundle-")
    zipped = packed(write_bundle(session, batch, Path(folder.name)))
    by = officer.actor(session_id(request))
    record(session, "batch.bundle_exported", by=by, on=("batches", batch.id))
    return FileResponse(
        zipped, filename=f"{batch.batch_no}.zip", background=BackgroundTask(folder.cleanup)
    )


@router.get("/recount.py")
def give_command(officer: SignedInOfficer) -> Response:
    """The single file that recounts a bundle with Python alone."""
    require(officer, "signing.read")
    return FileResponse(standalone.__file__, filename="recount.py", media_type="text/x-python")


@router.get("/held.py")
def give_neighbour(officer: SignedInOfficer) -> Response:
    """The file beside it, which accounts for lines that were left out."""
    require(officer, "signing.read")
    return FileResponse(held.__file__, filename="held.py", media_type="text/x-python")


def _prepared(session: Session, officer: Officer, act: str, batch_no: str) -> Batch:
    require(officer, act)
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch, act)
    if of_batch(session, batch) is None:
        raise NotFound("manifest")
    return batch
