"""A resident who is signed in objects: to a decision about oneself or a ward, or to a posted list.

Objections live with the notices; here they are led to, checked, and read again with their answers.
"""
