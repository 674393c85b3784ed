"""Reading a document's number: which one, inserted or not, and what is no number at all."""

from __future__ import annotations

import pytest

from app.domain.errors import InputInvalid
from app.domain.evidence_checks import DocumentNumber, parse_document_number
from tests.domain.golden_rows import golden


@pytest.mark.parametrize("row", golden("document_numbers.csv"), ids=lambda row: row["text"] or "blank")
def test_a_document_number_reads_as_the_sources_write_it(row: dict[str, str]) -> None:
    if row["expected"] == "unreadable":
        with pytest.raises(InputInvalid) as refused:
            parse_document_number(row["text"])
        assert refused.value.code == "document_number_unreadable"
        return
    expected = DocumentNumber(int(row["number"]), row["inserted"] == "true", row["symbol"])
    assert parse_document_number(row["text"]) == expected
    assert expected.inserted is (row["expected"] == "inserted")


@pytest.mark.parametrize(
    ("text", "number", "inserted", "symbol"),
    [
        ("12/bc-ubnd", 12, False, "BC-UBND"),
        ("SỐ: 12/BC-UBND", 12, False, "BC-UBND"),
        ("12 / BC - UBND", 12, False, "BC-UBND"),
        ("12/BC\u2013UBND", 12, False, "BC-UBND"),
        ("12/BC-UBND, ngày 20/11/2024", 12, False, "BC-UBND"),
        ("12/BC-UBND.", 12, False, "BC-UBND"),
        ("11a/bc-ubnd", 11, True, "BC-UBND"),
        ("0045/QĐ-UBND", 45, False, "QĐ-UBND"),
    ],
)
def test_a_number_is_read_however_it_was_typed(text: str, number: int, inserted: bool, symbol: str) -> None:
    assert parse_document_number(text) == DocumentNumber(number, inserted, symbol)


@pytest.mark.parametrize("text", ["20/11/2024", "12", "12/", "12/34", "11ab/BC-UBND", "1234567/BC", "   "])
def test_what_is_no_document_number_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_document_number(text)
    assert refused.value.code == "document_number_unreadable"


def test_an_endless_text_is_refused_without_being_repeated() -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_document_number("x" * 100_000)
    assert len(str(refused.value.details["text"])) <= 64
