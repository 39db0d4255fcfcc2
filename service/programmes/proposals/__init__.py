"""Proposals: a rule or parameter changes only with its law, its effects seen, and three people.

Policy staff write whole new texts of rule files; what they lead to is checked at once, counted on
the newest snapshot, approved by the department and by finance, and in force from a month on. The
rules of a month are the shipped files with every approved change effective by then.
"""
