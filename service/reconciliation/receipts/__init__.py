"""Receipts that belong to nothing of ours: two people say which payments they give back.

Account, amount and day only suggest. One officer asks, another confirms, and the sums must agree to
the fen: payments that came back, less what the bank kept, are the receipt.
"""
