"""`flask results table`: index, class and position worked by hand; bad files are refused and named, never a fault."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import Result

from tests.commands.conftest import House, done, refused

HEADER = "unit,group,obtained,attainable,bonus,penalty"
COLUMNS = HEADER.split(",")
BANDS = "80:Tốt,70:Khá,60:Trung bình,0:Thấp"


class Tables:
    """Writes a file and asks for its table."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house = house
        self.path = folder / "units.csv"

    def ask(self, text: str | bytes, *, decimals: str = "2", ties: str = "competition", bands: str = BANDS) -> Result:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        asked = ("--decimals", decimals, "--ties", ties, "--bands", bands)
        return self._house.flask("results", "table", str(self.path), *asked)

    def rows(self, *lines: str, decimals: str = "2", ties: str = "competition") -> list[dict[str, str]]:
        text = "\n".join((HEADER, *lines)) + "\n"
        return list(csv.DictReader(done(self.ask(text, decimals=decimals, ties=ties)).splitlines()))


@pytest.fixture
def tables(tool: House, tmp_path: Path) -> Tables:
    return Tables(tool, tmp_path)


def test_the_table_of_the_decision_is_printed_to_the_letter(tables: Tables) -> None:
    """68,32 / 84 = 81,333…; 79,995 rounds half up to 80,00 and is Tốt; nothing obtained is no place at all."""
    text = f'{HEADER}\nXã A,xa,"68,32",84,,\nXã B,xa,"79,995",100,0,0\nXã C,xa,,100,,\nXã D,xa,70,100,2,"0,5"\n'
    assert done(tables.ask(text)) == (
        "unit,group,obtained,attainable,bonus,penalty,index,class,position\n"
        "Xã A,xa,68.32,84,0,0,81.33,Tốt,1\n"
        "Xã B,xa,79.995,100,0,0,80.00,Tốt,2\n"
        "Xã C,xa,,100,0,0,,,\n"
        "Xã D,xa,70,100,2,0.5,71.50,Khá,3\n"
    )


#: obtained of 100 → index, class: both sides of every bound, rounded before it is compared
CLASSES = [
    ("0", "0.00", "Thấp"),
    ("59.994", "59.99", "Thấp"),
    ("59.995", "60.00", "Trung bình"),
    ("60", "60.00", "Trung bình"),
    ("69.9949", "69.99", "Trung bình"),
    ("69.995", "70.00", "Khá"),
    ("79.9949", "79.99", "Khá"),
    ("79.995", "80.00", "Tốt"),
    ("100", "100.00", "Tốt"),
]


@pytest.mark.parametrize(("obtained", "index", "grade"), CLASSES)
def test_a_bound_belongs_to_the_class_above_it(tables: Tables, obtained: str, index: str, grade: str) -> None:
    (row,) = tables.rows(f"A,xa,{obtained},100,,")
    assert (row["index"], row["class"]) == (index, grade)


@pytest.mark.parametrize(
    ("decimals", "index"), [("0", "81"), ("1", "81.3"), ("2", "81.33"), ("3", "81.333"), ("4", "81.3333")]
)
def test_the_index_has_the_decimals_asked_for(tables: Tables, decimals: str, index: str) -> None:
    (row,) = tables.rows("A,xa,68.32,84,,", decimals=decimals)
    assert row["index"] == index


@pytest.mark.parametrize(("ties", "places"), [("competition", ["1", "2", "2", "4"]), ("dense", ["1", "2", "2", "3"])])
def test_equals_share_a_place_and_the_next_is_counted_either_way(tables: Tables, ties: str, places: list[str]) -> None:
    rows = tables.rows("A,xa,90,100,,", "B,xa,40,50,,", "C,xa,80,100,,", "D,xa,70,100,,", ties=ties)
    assert [row["position"] for row in rows] == places


def test_without_a_wish_the_index_has_two_decimals_and_ties_count_by_competition(tables: Tables, tool: House) -> None:
    tables.path.write_text(f"{HEADER}\nA,xa,1,3,,\nB,xa,1,3,,\nC,xa,1,4,,\n", encoding="utf-8")
    rows = csv.DictReader(done(tool.flask("results", "table", str(tables.path), "--bands", BANDS)).splitlines())
    assert [(row["index"], row["position"]) for row in rows] == [("33.33", "1"), ("33.33", "1"), ("25.00", "3")]


def test_units_tie_on_what_is_printed(tables: Tables) -> None:
    rows = tables.rows("A,xa,79.996,100,,", "B,xa,80.004,100,,", "C,xa,79.99,100,,")
    assert [(row["index"], row["position"]) for row in rows] == [("80.00", "1"), ("80.00", "1"), ("79.99", "3")]


def test_each_group_is_ranked_by_itself_and_lines_keep_their_order(tables: Tables) -> None:
    rows = tables.rows("A,xa,60,100,,", "B,so,50,100,,", "C,xa,70,100,,", "D,so,,100,,", "E,so,55,100,,")
    assert [(row["unit"], row["position"]) for row in rows] == [
        ("A", "2"),
        ("B", "2"),
        ("C", "1"),
        ("D", ""),
        ("E", "1"),
    ]


def test_a_unit_without_figure_takes_nobodys_place(tables: Tables) -> None:
    rows = tables.rows("A,xa,,100,5,", "B,xa,0,100,,", "C,xa,  ,100,,1")
    assert [(row["index"], row["class"], row["position"]) for row in rows] == [
        ("", "", ""),
        ("0.00", "Thấp", "1"),
        ("", "", ""),
    ]


def test_a_byte_order_mark_and_windows_lines_are_read(tables: Tables) -> None:
    text = f"\ufeff{HEADER}\r\nA,xa,50,100,,\r\n"
    assert done(tables.ask(text)).splitlines()[1] == "A,xa,50,100,0,0,50.00,Thấp,1"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(tables: Tables, column: str) -> None:
    header = ",".join(each for each in COLUMNS if each != column)
    assert column in refused(tables.ask(f"{header}\nA,xa,1,2,3\n")).split("columns_missing")[1]


def test_an_empty_file_has_no_columns(tables: Tables) -> None:
    assert "columns_missing" in refused(tables.ask(""))


def test_semicolons_are_no_commas(tables: Tables) -> None:
    assert "columns_missing" in refused(tables.ask(f"{HEADER}\nA,xa,1,2,,\n".replace(",", ";")))


FIGURES = {
    "letters": ("abc", "not_a_number"),
    "NaN": ("NaN", "not_a_number"),
    "signalling NaN": ("sNaN", "not_a_number"),
    "Infinity": ("-Infinity", "not_a_number"),
    "an exponent": ("1e2", "not_a_number"),
    "a huge exponent": ("1e999999999", "not_a_number"),
    "underscores": ("1_0", "not_a_number"),
    "digits of another script": ("１０", "not_a_number"),
    "a formula": ("=1+1", "not_a_number"),
    "grouping": ('"1.234,5"', "grouped_number"),
    "13 digits": ("1234567890123", "number_too_large"),
    "5000 digits": ("9" * 5000, "number_too_large"),
}


@pytest.mark.parametrize("column", ["obtained", "attainable", "bonus", "penalty"])
@pytest.mark.parametrize("name", FIGURES)
def test_what_is_no_figure_is_refused_by_line_and_column(tables: Tables, name: str, column: str) -> None:
    figure, code = FIGURES[name]
    cells = {"unit": "B", "group": "xa", "obtained": "1", "attainable": "100", "bonus": "", "penalty": ""}
    bad = ",".join({**cells, column: figure}.values())
    reason = refused(tables.ask(f"{HEADER}\nA,xa,1,100,,\n{bad}\n"))
    assert code in reason
    assert "line=3" in reason
    assert f"what={column}" in reason


@pytest.mark.parametrize("attainable", ["0", "0.000", "-5"])
def test_nothing_attainable_is_refused_naming_the_line(tables: Tables, attainable: str) -> None:
    result = tables.ask(f"{HEADER}\nA,xa,1,100,,\nB,xa,1,100,,\nC,xa,1,{attainable},,\n")
    assert "line=4" in refused(result)
    assert result.stdout == ""


def test_nothing_attainable_is_refused_for_a_unit_without_figure_too(tables: Tables) -> None:
    assert "line=2" in refused(tables.ask(f"{HEADER}\nA,xa,,0,,\n"))


def test_attainable_is_never_guessed(tables: Tables) -> None:
    reason = refused(tables.ask(f"{HEADER}\nA,xa,1,,,\n"))
    assert "missing_number" in reason
    assert "line=2" in reason


MALFORMED_BANDS = [
    ("", "band_needs_bound_and_name"),
    ("80", "band_needs_bound_and_name"),
    ("80:", "band_needs_bound_and_name"),
    ("80:Tốt,,0:Thấp", "band_needs_bound_and_name"),
    ("79,5:Tốt,0:Thấp", "band_needs_bound_and_name"),
    (":Tốt", "missing_number"),
    ("Tốt:80", "not_a_number"),
    ("NaN:Tốt,0:Thấp", "not_a_number"),
    ("1e2:Tốt,0:Thấp", "not_a_number"),
    ("80:Tốt", "bands_without_zero"),
    ("-1:Thấp", "bands_without_zero"),
    ("80:Tốt,80:Khá,0:Thấp", "band_bound_twice"),
]


@pytest.mark.parametrize(("bands", "code"), MALFORMED_BANDS)
def test_bands_that_leave_an_index_without_class_are_refused(tables: Tables, bands: str, code: str) -> None:
    result = tables.ask(f"{HEADER}\nA,xa,1,100,,\n", bands=bands)
    assert code in refused(result)
    assert result.stdout == ""


@pytest.mark.parametrize(
    "wrong", [{"ties": "random"}, {"ties": ""}, {"decimals": "5"}, {"decimals": "-1"}, {"decimals": "two"}], ids=str
)
def test_an_unknown_choice_is_refused(tables: Tables, wrong: dict[str, str]) -> None:
    assert "Invalid value" in refused(tables.ask(f"{HEADER}\nA,xa,1,100,,\n", **wrong))


@pytest.mark.parametrize("path", ["none.csv", "."])
def test_a_file_that_is_not_there_is_refused(tool: House, tmp_path: Path, path: str) -> None:
    result = tool.flask("results", "table", str(tmp_path / path), "--ties", "dense", "--bands", BANDS)
    assert "FILE" in refused(result)


#: bytes of a file, and what its refusal says
NOT_READ: dict[str, tuple[bytes, list[str]]] = {
    "another encoding": (f"{HEADER}\nA,xa,1,2,,\nXã B,xa,1,2,,\n".encode("latin-1"), ["file_not_utf8", "line=3"]),
    "UTF-16": (f"{HEADER}\nA,xa,1,2,,\n".encode("utf-16"), ["file_not_utf8", "line=1"]),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff", ["file_not_utf8"]),
    "a huge cell": (f"{HEADER}\nA,xa,1,2,,\n{'B' * 131_073},xa,1,2,,\n".encode(), ["file_not_csv", "line=3"]),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_a_file_that_is_no_csv_in_utf_8_is_refused(tables: Tables, name: str) -> None:
    data, said = NOT_READ[name]
    result = tables.ask(data)
    assert all(word in refused(result) for word in said)
    assert result.stdout == ""


#: rows below the header; the code of the refusal and the line its row begins on
ROWS: dict[str, tuple[str, str, int]] = {
    "negative points": ("A,xa,-5,100,,", "negative_figure", 2),
    "negative bonus": ("A,xa,5,100,-1,", "negative_figure", 2),
    "negative penalty": ('A,xa,5,100,,"-0,5"', "negative_figure", 2),
    "no name": ("A,xa,1,2,,\n,xa,50,100,,", "unit_missing", 3),
    "blanks for a name": ("  ,xa,50,100,,", "unit_missing", 2),
    "an unquoted decimal comma": ("A,xa,1,2,,\nB,xa,68,32,84,0,0", "row_too_long", 3),
    "cells behind the last": ("A,xa,1,2,0,0,more,cells", "row_too_long", 2),
    "a row too short": ("A,xa", "row_too_short", 2),
    "a row short of its last cell": ("A,xa,1,2,0", "row_too_short", 2),
    "a quote left open": ('A,xa,1,2,,\n"B,xa,1,2,0,0', "row_too_short", 3),
    "one unit twice": ("A,xa,50,100,,\nB,xa,1,2,,\nA,xa,60,100,,", "unit_twice", 4),
    "one unit twice but for a blank": ("A,xa,50,100,,\nA ,xa,,100,,", "unit_twice", 3),
    "after blank lines": ("\n\nA,xa,x,100,,", "not_a_number", 4),
    "after Windows lines": ("\r\nA,xa,1,2,,\r\n\r\nB,xa,1,x,,", "not_a_number", 5),
    "after a cell of three lines": ('"A\n\nA",xa,1,2,,\nB,xa,1,0,,', "nothing_attainable", 5),
    "in a row of three lines": ('A,xa,1,2,,\n"B\n\nB",xa,1,x,,', "not_a_number", 3),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_meant_is_refused_by_the_line_it_begins_on(tables: Tables, name: str) -> None:
    text, code, line = ROWS[name]
    result = tables.ask(f"{HEADER}\n{text}\n")
    assert refused(result).startswith(f"refused: {code} (line={line}")
    assert result.stdout == ""


def test_a_column_that_stands_twice_is_refused_by_its_name(tables: Tables) -> None:
    reason = refused(tables.ask(f"{HEADER},obtained\nA,xa,1,2,0,0,99\n"))
    assert "column_twice" in reason
    assert "columns=obtained" in reason


def test_one_name_may_stand_in_two_groups(tables: Tables) -> None:
    assert [row["position"] for row in tables.rows("A,xa,1,2,,", "A,so,1,2,,")] == ["1", "1"]


def test_columns_of_others_are_left_alone(tables: Tables) -> None:
    result = tables.ask(f"note,{HEADER}\nghi chú,A,xa,50,100,,\n")
    assert done(result).splitlines()[1] == "A,xa,50,100,0,0,50.00,Thấp,1"


ODD = {
    "the header alone": HEADER,
    "one unit twice": f"{HEADER}\nA,xa,50,100,,\nA,xa,60,100,,",
    "no name": f"{HEADER}\n,xa,50,100,,",
    "negative points": f"{HEADER}\nA,xa,-5,100,,",
    "negative bonus and penalty": f"{HEADER}\nA,xa,5,100,-1,-1",
    "more penalty than points": f"{HEADER}\nA,xa,5,100,,60",
    "more points than attainable": f"{HEADER}\nA,xa,101,100,,",
    "a row too short": f"{HEADER}\nA,xa",
    "a row too short for its last column": "group,obtained,attainable,bonus,penalty,unit\nxa,1,2,,",
    "a row too long": f"{HEADER}\nA,xa,1,2,0,0,more,cells",
    "a column twice": f"{HEADER},obtained\nA,xa,1,2,0,0,99",
    "columns of others": f"{HEADER},note\nA,xa,1,2,0,0,ghi chú",
    "a quote left open": f'{HEADER}\n"A,xa,1,2,0,0',
    "letters behind a quote": f'{HEADER}\n"A"x,xa,1,2,0,0',
    "a comma without quotes": f"{HEADER}\nA,xa,68,32,84,0,0",
    "a NUL": f"{HEADER}\nA\0,xa,1,2,0,0",
    "a formula for a name": f"{HEADER}\n=HYPERLINK(1),xa,1,2,0,0",
    "blank lines": f"{HEADER}\n\n\nA,xa,1,2,0,0\n\n",
    "old Macintosh lines": f"{HEADER}\rA,xa,1,2,0,0\r",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_answered_or_refused_but_never_a_fault(tables: Tables, name: str) -> None:
    result = tables.ask(f"{ODD[name]}\n")
    assert result.exit_code in {0, 2}, (result.output, result.exception)
    assert bool(result.stderr) == (result.exit_code == 2)
    assert bool(result.stdout) == (result.exit_code == 0)
