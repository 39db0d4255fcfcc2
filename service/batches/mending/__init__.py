"""Mending: past months looked at again, and what was paid too little or too much put right.

What was learned late becomes an arrears or supplementary line of its own, or a recovery case; no
paid line is ever edited. A month is frozen as it is known now and assessed under the rules and the
dated values in force for it, every programme in the order of their dependence.
"""
