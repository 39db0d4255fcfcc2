"""The bank's answers, each in the form that was agreed: pain.002, or the customer's table filled in."""
