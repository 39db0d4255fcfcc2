"""What screening looks for, line by line: each control beside the SQL that finds it."""
