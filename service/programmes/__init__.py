"""Programmes: which subsidies the county pays, under which law and rules.

The rules themselves are files (`eligibility_rules`); this stage keeps which set of them was in
force, by digest, so that every past decision can name and repeat its rules.
"""
