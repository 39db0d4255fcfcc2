"""Addresses of samples: they are the auditor's own, to read and to write."""

from service.doors.door import Door, hidden_but_by

_AUDITS = hidden_but_by("findings.write")

SAMPLES: dict[str, Door] = {
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
