"""A resident's own requests to correct something: a question to the department that has to answer.

A request changes nothing by itself. It is a task with a deadline among those of its department; an
account still takes two officers, and a value that counts meanwhile takes two as well.
"""
