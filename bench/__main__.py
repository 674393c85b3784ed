"""`make bench`: every workload once, one table. Nothing here is a test: machines differ, ratios are read by people."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import HEAD
from bench.papers import paper_lines
from bench.reading import reading_lines
from bench.saving import saving_lines
from bench.starting import starting_lines


def main() -> None:
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for lines in (paper_lines, reading_lines, starting_lines, saving_lines):
            for line in lines(Path(folder)):
                print(line.printed(), flush=True)
    print("Not run here: Django and weasyprint peers, PostgreSQL under load (they come with their own environments).")


main()
