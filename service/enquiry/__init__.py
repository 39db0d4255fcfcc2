"""Enquiry: a resident asks where the money is, and gets an answer in one sentence.

Who asks is checked by ID number and a one-time code; no answer tells whether somebody else exists.
"""
