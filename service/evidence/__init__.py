"""Evidence: one archive that follows one yuan from law to card, and can be checked with Python alone.

A pack is made from what is stored and decides nothing again: the same state gives the same bytes. It
holds one payment, or one batch, or one month; of a payment's pack no other person's data are a part,
because its line is shown by its Merkle path to the signed root. Making one is an act and recorded.
"""
