"""A decree's appendix, as bytes, becomes rows, a tree, rules and findings. Pure: no database, no web, no clock."""
