"""Recall: ask a bank not to execute what it was sent, by message or by letter, and act on its answer.

A request is itself an order whose outcome is unknown until the bank says so: it is handed over once,
it may be refused, and it may never be answered. Until it is final nothing of it is issued again.
"""
