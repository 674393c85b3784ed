"""What a grid sends: cells, each by row and column, with the text that stood there when it was drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.domain.errors import InputInvalid

CELL, WAS = "cell-", "was-"
#: Flask-Admin's own protocol: the row's number, and its columns by their names
ROW = "list_form_pk"


@dataclass(frozen=True, slots=True)
class Cell:
    row: str
    column: str
    text: str
    #: None where the sender did not say what stood there
    was: str | None

    @property
    def name(self) -> str:
        return f"{CELL}{self.row}-{self.column}"


def cells_of(form: MultiDict[str, str], columns: Collection[str]) -> list[Cell]:
    """Return the cells of a request. Raises InputInvalid("cell_unknown") where there are none, or others than these."""
    sent = {key.removeprefix(CELL): text for key, text in form.items() if key.startswith(CELL)}
    if ROW in form:
        sent |= {f"{form[ROW]}-{column}": form[column] for column in columns if column in form}
    found = []
    for name, text in sent.items():
        row, _, column = name.partition("-")
        if column not in columns:
            raise InputInvalid("cell_unknown", column=column)
        found.append(Cell(row, column, text, form.get(f"{WAS}{name}")))
    if not found:
        raise InputInvalid("cell_unknown", column="")
    return found
