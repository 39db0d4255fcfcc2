"""Instalments: when the year's money is short, everybody on a list gets the same share of it now.

Nobody is paid in full while others wait. What is left of each line is a line of its own that waits,
held, for the appropriation to be raised; both together are what was due, to the fen.
"""
