"""Domain values to bytes: papers and workbooks. Knows no database and no request."""
