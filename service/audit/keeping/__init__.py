"""How long the trail keeps what: entries for ever, their personal content for a time, and longer under a hold.

An entry never leaves the tree. Its sealed content may be erased by two people once the period of its
kind (`kinds.yaml`) is over, unless a legal hold covers it. A hold counts from the moment it is asked
for to the moment two people have lifted it.
"""
