"""A synthetic county whose departments deliver files as real ones do, dirt included."""

from service.demo.county.make import CountySummary, make_county

__all__ = ["CountySummary", "make_county"]
