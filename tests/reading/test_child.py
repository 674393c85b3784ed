"""A file is read in a process of its own: refusals cross, limits hold, a crash takes nothing with it."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from app.domain.errors import Conflict, InputInvalid
from app.reading.files import read_document
from app.services import reading
from tests.reading.bad_files import REFUSED, heavy_pdf
from tests.reading.builders import docx, p, tbl, tc, tr

#: stands in for the tree: names the appendix after the number asked for, says that there are two, or does harm
STAND_IN = """
import sys, types
from app.domain.errors import Conflict, InputInvalid
from app.reading.draft import Appendix
from app.reading.document import Paragraph

def read_appendix(document, number=None):
    first = document.blocks[0].text if isinstance(document.blocks[0], Paragraph) else ""
    if first == "two" and number is None:
        raise InputInvalid("several_appendices", names=("Phụ lục I", "Phụ lục II"))
    if first == "eat":
        return [bytearray(1024 ** 2) for _ in range(4096)]
    if first == "spin":
        while True:
            pass
    if first == "sleep":
        import time
        time.sleep(60)
    if first == "crash":
        raise ZeroDivisionError
    if first == "kill":
        import os, signal
        os.kill(os.getpid(), signal.SIGSEGV)
    if first == "chatter":
        print("noise of a library")
    if first == "write":
        import pathlib
        pathlib.Path({scratch!r}).write_text("x")
    if first == "secret":
        import os
        return Appendix(",".join(sorted(os.environ)), (), ())
    return Appendix(f"appendix {{number}}", (), ())

module = types.ModuleType("app.reading.appendix")
module.read_appendix = read_appendix
sys.modules["app.reading.appendix"] = module
from app.reading import child, limits
child.CPU_SECONDS = {cpu}
sys.exit(child.main())
"""


@pytest.fixture
def stood_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The real child, understanding every file itself, with the tree stood in for and two seconds of work at most."""
    monkeypatch.setattr(reading, "LIGHT", 0)
    program = STAND_IN.format(cpu=2, scratch=str(tmp_path / "x"))
    monkeypatch.setattr(reading, "COMMAND", (sys.executable, "-s", "-c", textwrap.dedent(program)))
    return tmp_path


def saying(word: str) -> bytes:
    return docx(p(word) + tbl(tr(tc("1"), tc("Một"))))


def refusal(data: bytes, name: str = "a.docx", appendix: int | None = None) -> InputInvalid:
    with pytest.raises(InputInvalid) as refused:
        reading.read_file(data, name, appendix=appendix)
    return refused.value


@pytest.mark.usefixtures("stood_in")
def test_a_file_is_read_as_it_would_be_here() -> None:
    data = saying("Phụ lục")
    read = reading.read_file(data, "a.docx", appendix=2)
    assert read.document == read_document(data, "a.docx")
    assert read.appendix.title == "appendix 2"


@pytest.mark.usefixtures("stood_in")
def test_pasted_text_and_pasted_tables_are_read_the_same_way() -> None:
    assert reading.read_file("STT\tĐiểm\n1\t0,5".encode(), "paste.txt").document.format == "text"
    assert reading.read_file("<table><tr><td>Điểm</table>".encode(), "paste.html").document.format == "html"


@pytest.mark.usefixtures("stood_in")
def test_several_appendices_are_named_to_whoever_chooses() -> None:
    refused = refusal(saying("two"))
    assert refused.code == "several_appendices"
    assert refused.details["names"] == ["Phụ lục I", "Phụ lục II"]
    assert reading.read_file(saying("two"), "a.docx", appendix=1).appendix.title == "appendix 1"


@pytest.mark.usefixtures("stood_in")
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("eat", "reading_too_heavy"),
        ("spin", "reading_too_heavy"),
        ("crash", "file_unreadable"),
        ("kill", "file_unreadable"),
        ("write", "file_unreadable"),
    ],
)
def test_what_goes_wrong_in_the_child_is_a_refusal(word: str, code: str) -> None:
    assert refusal(saying(word)).code == code


@pytest.mark.usefixtures("stood_in")
def test_a_child_that_does_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WALL_SECONDS", 1)
    began = time.monotonic()
    assert refusal(saying("sleep")).code == "reading_too_heavy"
    assert time.monotonic() - began < 5


def test_a_child_cannot_write_to_the_disk(stood_in: Path) -> None:
    refusal(saying("write"))
    assert not (stood_in / "x").exists() or not (stood_in / "x").read_bytes()


@pytest.mark.usefixtures("stood_in")
def test_what_a_library_prints_does_not_spoil_the_answer() -> None:
    assert reading.read_file(saying("chatter"), "a.docx").appendix.title == "appendix None"


@pytest.mark.usefixtures("stood_in")
def test_the_child_gets_none_of_the_secrets_of_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    names = reading.read_file(saying("secret"), "a.docx").appendix.title.split(",")
    assert "PATH" in names
    assert "SECRET_KEY" not in names


@pytest.mark.usefixtures("stood_in")
@pytest.mark.parametrize(
    "what",
    [
        "bomb that says so",
        "bomb of many parts",
        "bomb that lies",
        "100.000 rows of Excel",
        "billion laughs",
        "XML 40.000 deep",
    ],
)
def test_a_heavy_file_gets_its_refusal_through_the_child(what: str) -> None:
    name, made, code = REFUSED[what]
    refused = refusal(made(), name)
    assert refused.code == code
    assert "name" in refused.details or "limit" in refused.details


@pytest.mark.usefixtures("stood_in")
def test_a_pdf_that_unpacks_without_end_is_stopped() -> None:
    began = time.monotonic()
    assert refusal(heavy_pdf(), "a.pdf").code == "reading_too_heavy"
    assert time.monotonic() - began < 20


def test_a_file_past_the_limit_never_gets_to_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "COMMAND", ("/nowhere",))
    assert refusal(b"x" * (20 * 1024**2 + 1)).code == "document_too_large"


def test_a_light_file_is_understood_here_as_the_child_would(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "STT\tTiêu chí\tĐiểm tối đa\nI\tA\t2\n1\tB\t2\nCó: 2\nKhông: 0".encode()
    here = reading.read_file(data, "a.tsv")
    monkeypatch.setattr(reading, "LIGHT", 0)
    assert reading.read_file(data, "a.tsv") == here
    assert [each.code for each in here.appendix.criteria] == ["I", "1"]


def test_a_light_file_that_breaks_the_grammar_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(document: object, number: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "read_appendix", broken)
    assert refusal(saying("Phụ lục")).code == "file_unreadable"


def test_a_reading_too_many_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_TURNS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(reading, "_WAITS", 0.01)
    with reading._TURNS, pytest.raises(Conflict, match="reading_busy"):
        reading.read_file(saying("Phụ lục"), "a.docx")
    assert refusal(saying("Phụ lục")).code == "no_criteria_table"
