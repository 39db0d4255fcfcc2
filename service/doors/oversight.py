"""Addresses of the auditor's desk, of standing queries, and of samples, which are his own to read and to write."""

from service.doors.door import Door, hidden_but_by

_AUDITS = hidden_but_by("findings.write")

OVERSIGHT: dict[str, Door] = {
    "GET /oversight": hidden_but_by("audit.read"),
    "GET /oversight/queries/{code}": hidden_but_by("audit.read"),
    "POST /oversight/queries/{code}": hidden_but_by("audit.read"),
    "GET /oversight/hits/{hit_id}": hidden_but_by("audit.read"),
    "POST /oversight/hits/{hit_id}": hidden_but_by("findings.write"),
    "GET /oversight/samples": _AUDITS,
    "GET /oversight/samples/new": _AUDITS,
    "POST /oversight/samples/new": _AUDITS,
    "GET /oversight/samples/{sample_no}": _AUDITS,
    "POST /oversight/samples/{sample_no}/draw": _AUDITS,
    "GET /oversight/samples/{sample_no}/lines.csv": _AUDITS,
    "GET /oversight/samples/{sample_no}/population.txt": _AUDITS,
    "GET /oversight/samples/{sample_no}/lines/{drawn}": _AUDITS,
    "POST /oversight/samples/{sample_no}/lines/{drawn}": _AUDITS,
    "GET /api/oversight/samples": _AUDITS,
    "POST /api/oversight/samples": _AUDITS,
    "GET /api/oversight/samples/{sample_no}": _AUDITS,
    "POST /api/oversight/samples/{sample_no}/draw": _AUDITS,
    "GET /api/oversight/samples/{sample_no}/population": _AUDITS,
    "GET /api/oversight/samples/{sample_no}/lines": _AUDITS,
    "POST /api/oversight/samples/{sample_no}/lines/{drawn}": _AUDITS,
}
