"""Plain values to bytes: PDF and xlsx. Knows no database and no request; words come from outside."""
