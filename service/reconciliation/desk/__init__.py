"""Finance's desk: everything that reconciliation left for a person, as one work list with owners.

``find`` lists what is open, by key, with filters; ``own`` says who looks after it; ``tell`` puts it
into words; pages, programs and commands show the same under the same policy.
"""
