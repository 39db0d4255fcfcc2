"""What happened on an account in a day, and the statements that say so."""
