"""Oversight: what an auditor asks of everything that happened; it reads every stage and changes none.

A search of the trail, a payment's way from law to card, and who looked at whose record. Nothing
here moves, pays or corrects anything; the only rows it writes say that somebody looked.
"""
