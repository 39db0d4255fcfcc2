"""A signed batch as one self-contained bundle that anybody verifies anywhere, without a database."""
