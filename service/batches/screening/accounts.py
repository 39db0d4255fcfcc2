"""Accounts: is there one, can it take money, and has the bank said whose it is.

No answer of the bank, or none about this person, never counts as a match.
"""

NO_ACCOUNT = """
SELECT b.id, jsonb_build_object('payee', b.payee_canonical_id) AS evidence
FROM building b WHERE b.account_id IS NULL
"""
NOT_USABLE = """
SELECT b.id, jsonb_build_object('account', b.account_id, 'status', b.account_status) AS evidence
FROM building b WHERE b.account_status <> '正常'
"""
UNVERIFIED = """
SELECT b.id, jsonb_build_object('account', b.account_id, 'verdict', b.verdict) AS evidence
FROM building b WHERE b.account_id IS NOT NULL AND coalesce(b.verdict, 'unavailable') = 'unavailable'
"""
MISMATCH = """
SELECT b.id, jsonb_build_object('account', b.account_id, 'verdict', b.verdict) AS evidence
FROM building b WHERE b.verdict = 'mismatch'
"""
NO_CHANNEL = """
SELECT b.id, jsonb_build_object('account', b.account_id) AS evidence
FROM building b WHERE b.account_id IS NOT NULL AND b.channel_id IS NULL
"""
