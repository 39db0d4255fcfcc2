"""Duties held: asked for by one, confirmed by another, ended by one, reviewed each quarter."""
