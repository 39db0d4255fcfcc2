"""Officers: who signs in, what their duties are, and which of them may do what.

Duties that would let one person pay himself exclude one another. A system administrator or an
auditor has no duty that touches money.
"""
