"""“This is wrong”: one question a page, a number, and the answer in words when it has come."""
