"""Read what a customer laid into the inbox, as strictly as a bank: believe nothing, pay nothing odd.

Written apart from the adapters' writers on purpose, so that one misunderstanding does not hide in
both. Of a table bank only the agreement is shared, its data file; reading it is done here anew.
"""
