"""Dispatch: hand the signed bytes to a bank once and only once.

The bytes are made before signing and stored. Handing over has three outcomes: delivered, not
delivered, unknown. Unknown is resolved by looking at the bank's side, never by sending again; a
resend is a decision of two people, under the same name with the same bytes.
"""
