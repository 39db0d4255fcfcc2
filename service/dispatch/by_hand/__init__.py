"""Files that a clerk carries to the bank: what became of one is said by one officer, confirmed by another.

From the moment a file is laid out a clerk may upload it: it counts as perhaps at the bank, and its
payments as in transit.
"""
