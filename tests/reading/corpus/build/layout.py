"""From a manuscript to the blocks of a paper: paragraphs and grids of boxes, whatever file they end in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reading.corpus.build.manuscript import Manuscript, Mark, Node


@dataclass
class Box:
    """One cell; `span` columns wide, `down` rows high. `nested`: rows of a table inside it."""

    text: str = ""
    span: int = 1
    down: int = 1
    bold: bool = False
    nested: list[list[str]] = field(default_factory=list)


@dataclass
class Grid:
    """Rows of boxes from left to right; a place covered from above has no box (as in HTML)."""

    rows: list[list[Box]]
    width: int
    heading_rows: int = 0


Block = str | Grid


class Setter:
    """Sets one manuscript row by row."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self.keys = [key for key, _ in manuscript.columns]
        self.options = manuscript.one("options", "rows")
        self.merged = manuscript.one("merge").split()
        self.blocks: list[Block] = []
        self.rows: list[list[Box]] = []
        self.starts: list[tuple[int, Node]] = []

    def blocks_of(self) -> list[Block]:
        for item in self.manuscript.body:
            if isinstance(item, Node):
                self._open()
                self._node(item)
            else:
                self._mark(item)
        self._close()
        return self.blocks

    def _open(self) -> None:
        if not self.rows and not any(isinstance(block, Grid) for block in self.blocks):
            self._heading()

    def _close(self) -> None:
        if self.rows:
            self._spread()
            heading = 2 if any("//" in label for _, label in self.manuscript.columns) else 1
            self.blocks.append(Grid(self.rows, len(self.keys), heading))
            self.rows, self.starts = [], []

    def _spread(self) -> None:
        """Let the agency of a branch flagged "over" reach down over all rows of the branch."""
        for place, (start, node) in enumerate(self.starts):
            if "over" not in node.flags:
                continue
            inside = {node.code}
            end = len(self.rows)
            for other_start, other in self.starts[place + 1 :]:
                if other.parent not in inside:
                    end = other_start
                    break
                inside.add(other.code)
            column = self.keys.index("agency")
            self.rows[start][column].down = end - start
            for index in range(start + 1, end):
                del self.rows[index][column]

    def _heading(self) -> None:
        labels = [label for _, label in self.manuscript.columns]
        if any("//" in label for label in labels):
            self._two_rows(labels)
        else:
            self.rows.append([Box(label, bold=True) for label in labels])
        if self.manuscript.one("numbers_row"):
            self.rows.append([Box(f"({place})") for place in range(1, len(labels) + 1)])

    def _two_rows(self, labels: list[str]) -> None:
        top: list[Box] = []
        below: list[Box] = []
        group = ""
        for label in labels:
            above, _, own = label.partition("//")
            if not own:
                top.append(Box(above, down=2, bold=True))
                group = ""
                continue
            below.append(Box(own, bold=True))
            if above == group:
                top[-1].span += 1
            else:
                top.append(Box(above, bold=True))
                group = above
        self.rows += [top, below]

    def _mark(self, item: Mark) -> None:
        if item.kind == "P":
            self._close()
            self.blocks.append(item.text)
            return
        if item.kind == "B":
            self._close()
            return
        self._open()
        if item.kind == "H":
            self._heading()
        elif item.kind == "N":
            self.rows.append([Box(item.text, span=len(self.keys))])
        elif item.kind == "R":
            self.rows.append([Box(text.strip().replace("\\n", "\n")) for text in item.text.split("|")])
        else:
            label, _, total = item.text.partition("|")
            cells = {"title": label.strip(), "maximum": total.strip()}
            self.rows.append([Box(cells.get(key, ""), bold=True) for key in self.keys])

    def _node(self, node: Node) -> None:
        branch = bool(self.manuscript.children(node))
        title = node.shown or node.title
        own = "\n".join(line.text for line in node.lines)
        cells = {
            "code": node.printed,
            "title": title + ("\n" + own if self.options == "title_cell" and own else ""),
            "maximum": node.maximum.partition("~")[0],
            "method": own if self.options == "method" else "",
            "evidence": "\n".join(node.evidence),
            "agency": "" if node.agency.startswith("~") else node.agency.partition("~")[0],
            "note": "\n".join(node.notes),
        }
        first = len(self.rows)
        self.starts.append((first, node))
        self.rows.append([Box(cells.get(key, ""), bold=branch) for key in self.keys])
        if self.options == "nested" and node.lines:
            nested = [[line.text, line.points] for line in node.lines]
            self.rows[first][self.keys.index("title")].nested = nested
        self._lines(node)
        self._merge(first)

    def _lines(self, node: Node) -> None:
        if self.options in ("title_cell", "method", "nested") or not node.lines:
            return
        if self.options == "one_row":
            own = "\n".join(line.text for line in node.lines)
            self.rows.append([Box(own if key == "title" else "") for key in self.keys])
            return
        for line in node.lines:
            cells = {"title": line.text, "maximum": line.points}
            self.rows.append([Box(cells.get(key, "")) for key in self.keys])

    def _merge(self, first: int) -> None:
        """Let the columns named under `merge` reach over the rows of the criterion's own lines."""
        height = len(self.rows) - first
        for key in self.merged:
            place = self.keys.index(key)
            if height > 1:
                self.rows[first][place].down = height
        if height > 1 and self.merged:
            places = {self.keys.index(key) for key in self.merged}
            for index in range(first + 1, first + height):
                self.rows[index] = [box for at, box in enumerate(self.rows[index]) if at not in places]


def blocks_of(manuscript: Manuscript) -> list[Block]:
    return Setter(manuscript).blocks_of()


def placed(grid: Grid) -> list[list[tuple[int, Box]]]:
    """Return each row's boxes with their first column, as HTML places them."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for number, row in enumerate(grid.rows):
        at, found = 0, []
        for box in row:
            while (number, at) in taken:
                at += 1
            found.append((at, box))
            taken |= {(number + down, at + span) for down in range(box.down) for span in range(box.span)}
            at += box.span
        rows.append(found)
    return rows
