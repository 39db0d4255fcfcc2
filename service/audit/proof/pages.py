"""The proof of one entry, for the auditor to keep or hand on: the page's file and the API's are one text."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import PlainTextResponse, Response

from service.audit.proof.make import entry_proof
from service.audit.readers import require_reader
from service.web.transactions import Transaction

router = APIRouter()
api = APIRouter(prefix="/api/audit", tags=["audit"])
Entry = Annotated[
    str, Path(max_length=36, examples=["412"], description="Its place in the log, or its id.")
]


@router.get("/audit/proofs/{entry_id}")
def take_proof(session: Transaction, entry_id: Entry) -> Response:
    """The proof as a file; `anxin audit proof --check` and the single-file verifier check it."""
    require_reader()
    name = f'attachment; filename="entry-{entry_id}.tlog-proof"'
    return PlainTextResponse(entry_proof(session, entry_id), headers={"content-disposition": name})


@api.get("/proofs/{entry_id}", response_class=PlainTextResponse)
def read_proof(session: Transaction, entry_id: Entry) -> str:
    """Return the proof of an entry as C2SP tlog-proof text, the entry's bytes in its ``extra`` line.

    Problems: ``not_signed_in``, ``not_found``, ``proof_not_yet``.
    """
    require_reader()
    return entry_proof(session, entry_id)
