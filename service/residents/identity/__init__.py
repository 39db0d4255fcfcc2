"""Identity: a person is a surrogate id; ID numbers lead to it and are never shown by it.

An ID number is read strictly (GB 11643), indexed with a key, sealed once, and from then on only
the person's id travels. Names never identify anybody: same name, same village, different number is
a different person.
"""
