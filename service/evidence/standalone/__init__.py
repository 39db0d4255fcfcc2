"""The verifier that lies in every pack: Python's own library and nothing of this project."""
