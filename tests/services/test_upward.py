"""What one tier reports to the one above: in time by its first report, told again when an edition followed."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from app.db.assessments import Assessment
from app.db.session import Database, reading
from app.domain.editions import PositionsAfter
from app.domain.errors import DomainError, Forbidden, NotFound
from app.domain.terms import GroupAction
from app.reports.papers import Document, pdf, xlsx
from app.services.publication import ranking
from app.services.upward import RecordReport, record_report, reports, upward_document
from tests.services.results_world import LEAVES, Played, make_world
from tests.services.test_results_read import table


def test_a_council_reports_upward_and_the_one_above_examines_nothing_again(database: Database, tmp_path: Path) -> None:
    """QĐ 1820, Điều 6.4: reported "chậm nhất ngày 15/01"; Điều 6.2: each tier's council examines its own."""
    played = make_world(tmp_path).concluded()

    def line(who: str):  # type: ignore[no-untyped-def]
        found = reports(actor=played.who(who), clock=played.clock)
        assert len(found) == 1
        return found[0]

    def report(number: str = "15/BC-UBND", on: dt.date = dt.date(2024, 12, 20), who: str = "thu_ky") -> None:
        command = RecordReport(played.campaign, played.council, number, on)
        record_report(command, actor=played.who(who), clock=played.clock)

    def document(who: str) -> Document:
        words = {"translate": str, "actor": played.who(who), "clock": played.clock}
        return upward_document(played.campaign, played.council, **words)  # type: ignore[arg-type]

    assert line("thu_ky_tren").groups[0].publication is None
    with pytest.raises(DomainError, match="report_before_publication"):
        report(on=dt.date(2024, 11, 20))
    with pytest.raises(NotFound):
        ranking(played.stage, actor=played.who("thu_ky_tren"), clock=played.clock)
    with pytest.raises(DomainError, match="report_before_publication"):
        upward_document(
            played.campaign, played.council, translate=str, actor=played.who("thu_ky_tren"), clock=played.clock
        )
    played.group(GroupAction.APPROVE, "phe_duyet")
    played.publish()
    played.now = dt.datetime(2025, 1, 15, 9, 59, 59, tzinfo=dt.UTC)
    assert (line("thu_ky_tren").late, line("to_chuc").may_report, line("thu_ky").may_report) == (False, False, True)
    played.now = dt.datetime(2025, 1, 15, 10, 0, tzinfo=dt.UTC)
    assert line("phe_duyet_tren").late
    for given, code in (
        ({"on": dt.date(2025, 1, 16)}, "report_of_the_future"),
        ({"on": dt.date(2024, 12, 19)}, "report_before_decision"),
        ({"number": "mười lăm"}, "document_number_unreadable"),
        ({"who": "thu_ky_tren"}, "other_council"),
        ({"who": "dau_moi_A"}, "upward_report_unknown"),
    ):
        with pytest.raises(DomainError, match=code):
            report(**given)  # type: ignore[arg-type]
    report(on=dt.date(2025, 1, 15))
    told = line("chu_tich_tren")
    assert (told.number, told.reported_on, told.late) == ("15/BC-UBND", dt.date(2025, 1, 15), False)
    assert reports(actor=played.who("dau_moi_A"), clock=played.clock) == []
    made = upward_document(
        played.campaign, played.council, translate=str, actor=played.who("thu_ky_tren"), clock=played.clock
    )
    sheet = load_workbook(io.BytesIO(xlsx(made, sheet_name="x"))).active
    assert [tuple(row) for row in sheet.iter_rows(min_row=6, values_only=True)] == [
        (1, "Xã A", 95, "Tốt"),
        (2, "Xã B", 90, "Tốt"),
        (2, "Xã C", 90, "Tốt"),
        (4, "Xã D", 80, "Tốt"),
    ]
    assert pdf(made).startswith(b"%PDF-")
    assert made.heading.number == "Number: 15/BC-UBND"
    appraiser = played.who("tham_dinh")
    _examines_nothing(played)
    played.actors["tham_dinh"] = appraiser
    played.now += dt.timedelta(days=60)
    played.annul("A", positions=PositionsAfter.KEPT)
    played.verdict("A", "1.1", said=1)
    played.alone("A", GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
    played.alone("A", GroupAction.APPROVE, "phe_duyet")
    played.publish("33/QĐ-UBND")
    again = line("thu_ky")
    assert (again.newer, again.late) == (("Xã",), False)
    assert document("thu_ky").heading.number == "Number: ………/………"  # 15/BC-UBND told the first edition
    report("40/BC-UBND", on=dt.date(2025, 3, 16))
    again = line("thu_ky")
    assert (again.number, again.newer, again.late) == ("40/BC-UBND", (), False)  # in time: the first was
    assert again.earlier == (("15/BC-UBND", dt.date(2025, 1, 15)),)


def _examines_nothing(played: Played) -> None:
    """Those above read the published table, and are refused every act on it."""
    assert table(played, "thu_ky_tren")["A"] == ("95", "Tốt", 1)
    with pytest.raises(NotFound):
        played.annul("A", positions=PositionsAfter.KEPT, who="phe_duyet_tren")
    with pytest.raises(NotFound):
        played.group(GroupAction.OPEN_FIRST_APPRAISAL, "thu_ky_tren")
    with pytest.raises(NotFound):
        played.alone("A", GroupAction.CONCLUDE, "chu_tich_tren", document="1/BB")
    with pytest.raises((NotFound, Forbidden)):
        played.actors["tham_dinh"] = played.who("thu_ky_tren")
        played.verdict("A", "1.1", said=1)
    with reading() as session:
        assert session.get_one(Assessment, played.sheets["A"]).stage is None
        kept = session.execute(text("SELECT count(*) FROM verdict")).scalar_one()
    assert kept == 4 * len(LEAVES)
