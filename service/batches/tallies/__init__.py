"""Running counts of a batch's lines and holds, kept by the database so that no page counts a million rows.

Triggers append what each statement changed; readers add up. Writers never wait for each other here.
"""
