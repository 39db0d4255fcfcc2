"""One payment: everything that is kept about it, gathered stage by stage in the order of its money."""
