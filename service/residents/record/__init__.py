"""A resident's record: everything the departments say about one person, with its history."""
