"""Divisions: the county's tree of townships and villages, with their validity and successors.

A code is never reused and never rewritten: a village that was merged keeps its history under its
old code, and whoever counts by today's tree follows its successors.
"""

from service.residents.places.keep import import_divisions
from service.residents.places.tree import Place, current_of, name_of, path_of, tree

__all__ = ["Place", "current_of", "import_divisions", "name_of", "path_of", "tree"]
