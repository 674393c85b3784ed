"""A workbook read by openpyxl alone: every cell's value. As a program it reads the file it is given."""

from __future__ import annotations

import io
import sys

import openpyxl


def cells(data: bytes) -> list[object]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


if __name__ == "__main__":
    cells(sys.stdin.buffer.read())
