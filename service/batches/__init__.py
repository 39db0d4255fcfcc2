"""Batches: the pay list of one programme and month, from build to freeze.

One line a payment, unique per subject, programme, period, line type and attempt: whatever is
pressed twice, restarted or run at once, nothing is on two lists. Lines that need a person are held
with a reason and left out of what is frozen. From the freeze on a list can be approved or
returned, never edited.
"""
