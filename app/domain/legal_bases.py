"""From a cited document to the one in force: amended norms apply by themselves.

Source: Thái Bình 2023, mục 1, and Phù Yên 2022, mục 1 (sửa đổi, bổ sung hoặc thay thế … thì được áp dụng theo …).
"""

from __future__ import annotations

from collections.abc import Mapping


def successors(start: int, successor_of: Mapping[int, int | None]) -> tuple[int, ...]:
    """Return the documents that amended or replaced `start`, in order; the last one is in force.

    A circle is refused where legal bases are written; one made by another hand ends before it repeats.
    """
    found: list[int] = []
    seen, number = {start}, successor_of.get(start)
    while number is not None and number not in seen:
        seen.add(number)
        found.append(number)
        number = successor_of.get(number)
    return tuple(found)
