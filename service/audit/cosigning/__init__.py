"""Other institutions' word for our log: which witnesses there are, asking them, waiting for them.

``policy`` says whose cosignatures make a checkpoint count (C2SP tlog-policy), ``ask`` and ``collect``
get them, ``published`` lets an act wait until its entry is inside such a checkpoint. Without a policy
nothing waits: what we signed ourselves a second later proves nothing to anybody else.
"""
