"""The demonstration: a synthetic county, its officers, a simulated bank, and one month told whole.

Everything here goes through the same functions as the real service; nothing real depends on it.
"""
