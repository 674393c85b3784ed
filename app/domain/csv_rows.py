"""Read CSV as people and spreadsheets write it: UTF-8 alone, every row with the line it begins on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from app.domain.errors import InputInvalid


def decoded(data: bytes, *, encoding: str = "utf-8-sig") -> str:
    """Return bytes as text. Raises InputInvalid("file_not_utf8"), naming the line."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise InputInvalid("file_not_utf8", line=data[: broken.start].count(b"\n") + 1) from broken


def numbered_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield every row that is not blank, with the line its first cell begins on; the first line is 1.

    Raises: InputInvalid("file_not_csv"), for a cell over 131,072 characters too.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as broken:
            raise InputInvalid("file_not_csv", line=line, reason=str(broken)) from broken
        if row is None:
            return
        if row:
            yield line, row
