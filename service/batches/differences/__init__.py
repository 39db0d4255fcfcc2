"""Why a month's list differs from the last one: every difference has one cause, and they add up.

By programme and by township: last + joined − left − moved out + moved in ± changed = this, in people
and to the fen.
"""
