"""Lines left out of a signed list before its files went: who left them out, why, and how that ended.

The rule that allows it is in the manifest: lines may be left out, never added or changed.
"""
