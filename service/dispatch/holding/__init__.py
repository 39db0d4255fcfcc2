"""Holding: leave lines out of a signed list before their file goes, by the rule of its manifest.

The rest goes in a file written anew from the signed lines; nobody signs again, and the gate proves that
what goes and what was left out are together what was signed.
"""
