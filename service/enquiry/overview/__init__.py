"""What came to the county's people, to look at: by month, programme, township, age, and how fast.

A job counts a month's payments whenever a bank's day is closed; the page reads those counts alone. A
month is the one a list is for, so that what failed and was issued again stays with the month it was
due in.
"""
