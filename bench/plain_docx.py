"""A Word file read by python-docx alone: every cell's text. As a program it reads the file it is given."""

from __future__ import annotations

import io
import sys

import docx


def cells(data: bytes) -> list[str]:
    return [cell.text for table in docx.Document(io.BytesIO(data)).tables for row in table.rows for cell in row.cells]


if __name__ == "__main__":
    cells(sys.stdin.buffer.read())
