"""The village board: what came to a village, by itself, for everybody to read; nobody fills it in.

Money is told by programme and month where at least five people share a number; whatever fewer share
is told together with something else, or not at all.
"""
