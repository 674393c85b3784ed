"""Pages: parse, one service call, render. No decision is made here."""
