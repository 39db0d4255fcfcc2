"""Reconciliation: read what banks answer, move payments, post money, close the day.

A file is believed as a whole or kept in quarantine; it is read completely before anything moves,
and everything it moves, moves in one transaction. A bank day closes only when the bank's statement
and our ledger agree to the fen.
"""
