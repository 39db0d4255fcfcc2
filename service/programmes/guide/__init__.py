"""The service guide: every programme for everybody, drawn from the rules that decide about it.

Who it is for is read from the facts that its conditions ask for, so a new programme finds its
place by itself; nobody keeps a second list of programmes.
"""
