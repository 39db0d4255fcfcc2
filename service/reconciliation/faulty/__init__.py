"""A bank's file as a sheet: the rows around its faults, each faulty cell marked and explained beside it."""
