"""Recoveries: what was paid and was not due, and how the county gets it back, or not.

A case names the months it is about. The resident is told first and an officer agrees second; only
then is anything taken, from later payments of the same programme or as money paid back. What cannot
be had is written off by two people who did not make the case. Nothing here edits a paid line.
"""
