"""What is expected of each bank and day: replies and statements, by when, and what became of them."""
