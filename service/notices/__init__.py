"""Notices: the public notice of a list, the days it hangs, and the objections that come meanwhile.

Days are counted from the day after posting, in natural or working days as the programme's rule says.
What is shown is written down when it is posted: masked names, amounts where the rule allows them,
nobody under 18 and nobody of a sensitive programme by name, never a number. An objection takes one
line out of the list and leaves the rest where it is. ``post`` posts, ``shown`` writes what is shown,
``check`` says whether a list may be approved, ``objections`` is everything about objecting.
"""
