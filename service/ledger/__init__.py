"""The ledger: double entry in whole fen, never edited.

appropriation → commitment → in transit at the bank → settled, rejected or returned. No state of
money exists outside it. An entry is known by the event that caused it, so posting an event twice
posts it once; the database refuses an entry that does not balance and any change of an old one.
Debits are positive and credits negative.
"""
