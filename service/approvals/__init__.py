"""Approvals: a second person looks, and either approves or returns with a reason.

The maker never decides, nobody acts twice in one batch's chain, and an approval commits the
programme's money. All of it holds in the database as well as here.
"""
