"""People and words drawn last: what lets every programme of the first wave be decided.

Everything here has random streams of its own and is appended to what was drawn before, so that
older people, plants and faults stay where they were.
"""
