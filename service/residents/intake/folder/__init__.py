"""Watched folder: take what is complete, import it, put it away where everybody can see why."""
