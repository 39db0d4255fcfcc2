"""Push: a department's own system sends a delivery in signed pages, and is told what became of it."""
