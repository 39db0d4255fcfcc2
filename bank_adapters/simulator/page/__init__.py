"""A page to watch the bank and to arrange what it does: for tests, demonstrations and training.

Only on 127.0.0.1, rendered here, complete without script, in English and 简体中文.
"""
