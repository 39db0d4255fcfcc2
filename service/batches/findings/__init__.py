"""Findings: what is asked of a whole list, beside the controls that look at each line.

Are the decisions those that were counted, is everybody due on a list, is anybody gone without a
word, did a village grow beyond its history, was somebody added after the notice, is an officer or
a relative paid. A finding that stops keeps the list from being submitted.
"""
