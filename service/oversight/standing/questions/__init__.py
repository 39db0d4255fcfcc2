"""The questions themselves, one file each: code, words, the audit it answers, and what is asked."""
