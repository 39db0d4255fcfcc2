"""What people were spared: the forms and proofs that nobody had to bring, counted by village and month.

The count is made of payments that arrived: the first one of a programme to a person in a civil year
stands for one confirmation that would have been asked for on paper. How long a form or a proof
would have taken nobody has measured here; it is an assumption, stated beside every figure.
"""
