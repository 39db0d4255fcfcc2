"""Show a person the places of a bank's file that are wrong: a few of its rows, masked, with marks.

``excerpt`` reads only as far as it must, believes nothing, and never raises for what a bank sent;
``masks`` keep names and accounts to themselves; ``shapes`` say what would have been right.
"""
