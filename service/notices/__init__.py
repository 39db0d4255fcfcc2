"""Notices: the public notice of a list, and the days it must hang before anyone may approve.

Days are counted from the day after posting. Nothing that identifies a child or shows an illness is
posted; the programme's rule says what may be shown and where.
"""
