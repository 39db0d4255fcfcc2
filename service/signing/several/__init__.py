"""Several lists decided after one look: each by its own act, in a transaction of its own.

Nothing is decided together. What is chosen is shown first with what each list pays and why some cannot
move; then each list is submitted, approved or returned as on its own sheet, with every check, under
the mark of what was shown, with its own audit entry. A list that is refused stops no other. What needs
its own look is left out: a list screened while a control was off, and every signature.
"""
