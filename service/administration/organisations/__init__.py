"""Who takes part: offices with their officers, departments with their programmes and feeds, places."""
