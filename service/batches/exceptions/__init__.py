"""Exceptions first: everything that needs a person, in one work list, and who sees to it by when.

An exception is an open hold of a line or an open finding on a list. ``find`` lists them; ``assign``
gives them to offices with a day; ``answer`` keeps what an office found, which decides nothing by
itself; ``clear`` decides many at once, exactly those of a preview; ``remind`` tells of the day that
comes and of the day that went by; ``progress`` says what each office was given and has done.
"""
