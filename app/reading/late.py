"""Loads a module of reading when it is first needed, in this one place.

The child that reads starts anew for every file: the PDF library alone costs more than reading a workbook, and most
workbooks need nothing of what openpyxl knows of dates.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def late(name: str) -> ModuleType:
    return import_module(f"app.reading.{name}")
