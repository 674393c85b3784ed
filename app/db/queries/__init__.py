"""Statements by subject; each docstring says how many it takes, whatever the number of units."""
