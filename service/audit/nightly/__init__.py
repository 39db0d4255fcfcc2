"""The whole trail verified every night by the worker, and what came of it."""
