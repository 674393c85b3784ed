"""``python -m tests.reading.corpus.build [NAME …]``: write every file of the corpus again from its manuscript."""

from __future__ import annotations

import sys
from collections.abc import Callable

from openpyxl import Workbook

from tests.reading.corpus.build import expectations, other_files
from tests.reading.corpus.build.layout import Grid, blocks_of
from tests.reading.corpus.build.manuscript import CORPUS, Manuscript, read
from tests.reading.corpus.build.word_files import WordFile

Maker = Callable[[Manuscript], bytes]


def word(manuscript: Manuscript) -> bytes:
    shapes = manuscript.one("shapes").split()
    widths = tuple(int(width) for width in manuscript.one("widths").split())
    file = WordFile(
        numbered="numbered" in shapes, split="split" in shapes, header=manuscript.one("running"), widths=widths
    )
    return file.bytes_of(blocks_of(manuscript))


def libreoffice(manuscript: Manuscript) -> bytes:
    between = other_files.converted(word(manuscript), ".docx", "odt")
    return other_files.fixed(other_files.converted(between, ".odt", "docx"))


def workbook(manuscript: Manuscript) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = manuscript.one("sheet", "Phụ lục")
    other_files.fill(sheet, blocks_of(manuscript), numbers="numbers" in manuscript.one("shapes"))
    for letter in manuscript.one("hidden_columns").split():
        sheet.column_dimensions[letter].hidden = True
    for number in manuscript.one("hidden_rows").split():
        sheet.row_dimensions[int(number)].hidden = True
    for title in manuscript.head.get("other_sheet", []):
        other = book.create_sheet(title)
        rows = [line.split(" | ") for line in manuscript.head.get(f"sheet {title}", [])]
        for row in rows:
            other.append(row)
    for address in manuscript.head.get("as_text", []):
        place, _, text = address.partition("=")
        sheet[place] = text
        sheet[place].number_format = "@"
    return other_files.workbook_bytes(book)


def page(manuscript: Manuscript) -> bytes:
    return other_files.html_page(blocks_of(manuscript), manuscript.one("title")).encode()


def pasted(manuscript: Manuscript) -> bytes:
    return other_files.pasted(blocks_of(manuscript)).encode()


def paper(manuscript: Manuscript) -> bytes:
    widths = [int(width) for width in manuscript.one("widths").split()]
    return other_files.pdf_bytes(blocks_of(manuscript), widths, manuscript.one("running"))


def paper_by_libreoffice(manuscript: Manuscript) -> bytes:
    return other_files.timeless(other_files.converted(word(manuscript), ".docx", "pdf"))


MAKERS: dict[str, tuple[str, Maker]] = {
    "word": ("docx", word),
    "libreoffice": ("docx", libreoffice),
    "workbook": ("xlsx", workbook),
    "page": ("html", page),
    "pasted": ("txt", pasted),
    "paper": ("pdf", paper),
    "paper-libreoffice": ("pdf", paper_by_libreoffice),
}


MADE = {
    "word": "Word's shapes written in the XML by hand",
    "libreoffice": "saved by LibreOffice (docx, odt, docx)",
    "workbook": "openpyxl",
    "page": "HTML as a browser saves it, written by hand",
    "pasted": "text with tabs, as copying gives it",
    "paper": "reportlab with Tinos",
    "paper-libreoffice": "printed to PDF by LibreOffice",
}


def list_papers() -> None:
    """Write the lines of the README below its last heading again."""
    readme = CORPUS / "README.md"
    head, mark, _ = readme.read_text(encoding="utf-8").partition("## Papers\n")
    names = sorted(path.parent.name for path in CORPUS.glob("*/manuscript.txt"))
    lines = [f"- **{name}** ({MADE[read(name).one('maker')]}). {read(name).one('source')}" for name in names]
    readme.write_text(head + mark + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def build(name: str) -> None:
    manuscript = read(name)
    suffix, make = MAKERS[manuscript.one("maker")]
    (CORPUS / name / f"appendix.{suffix}").write_bytes(make(manuscript))
    expectations.write(manuscript)
    grids = [block for block in blocks_of(manuscript) if isinstance(block, Grid)]
    print(name, suffix, f"{len(manuscript.nodes)} nodes, {sum(len(grid.rows) for grid in grids)} rows")


def main(names: list[str]) -> None:
    for name in names or sorted(path.parent.name for path in CORPUS.glob("*/manuscript.txt")):
        build(name)
    list_papers()


if __name__ == "__main__":
    main(sys.argv[1:])
