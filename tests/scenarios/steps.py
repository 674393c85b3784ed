"""Steps of a scenario beyond scoring and appraising: documents, the report, windows, leaders, surveys, figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from io import BytesIO

from sqlalchemy import select

from app.db.identity import Membership, PortalUser
from app.db.session import reading
from app.domain.entered_lines import Line
from app.domain.terms import Decision, WindowGround
from app.services.appraisal import GiveVerdict, case_view, give_verdict
from app.services.evidence import Described, attach_file, attach_stored
from app.services.external_figures import enter_figures
from app.services.leader_sheet_writing import save_leader_lines, save_my_lines, submit_my_sheet
from app.services.leader_sheets import Paper
from app.services.pdf_files import FileOffered
from app.services.publication import ranking
from app.services.survey_tallies import enter_counts
from app.services.surveys import SurveyFacts, add_survey
from app.services.unit_reports import EnterReport, approve_report, enter_report
from app.services.windows import GrantWindow, grant_window
from app.storage.local import LocalBlobs
from tests.scenarios.play import Played, instant

Cells = Mapping[str, Mapping[str, str]]


def blobs(year: Played) -> LocalBlobs:
    return LocalBlobs(str(year.folder / "blobs"))


def pdf(words: str, *, signed: bool = False) -> FileOffered:
    """Return a file as small as one may be; a signature is known by the bytes it says it covers."""
    mark = b"<< /Type /Sig /ByteRange [0 9 99 9] >>\n" if signed else b""
    return FileOffered(BytesIO(b"%PDF-1.4\n" + words.encode() + b"\n" + mark + b"%%EOF\n"), "van-ban.pdf")


def attach(
    year: Played, unit: str, codes: Iterable[str], number: str, *, by: str = "tong_hop", signed: bool = False
) -> None:
    """Attach one document to leaves, a scan unless `signed`: kept once, cited wherever it proves something."""
    first, *others = codes
    sheet, actor = year.sheets[unit], year.who(f"{by}_{unit.lower()}")
    said = Described(number=number, issued_on=year.now.date(), issuer=unit)
    document = attach_file(
        sheet, first, pdf(unit + number, signed=signed), said, store=blobs(year), actor=actor, clock=year.clock
    )
    for code in others:
        attach_stored(sheet, code, document, actor=actor, clock=year.clock)


def ask(year: Played, unit: str, code: str, by: str, wanted: str) -> None:
    actor, sheet = year.who(by), year.sheets[unit]
    said = case_view(sheet, code, actor=actor, clock=year.clock).said
    command = GiveVerdict(sheet, code, Decision.REQUEST_EVIDENCE, said, reason=wanted)
    give_verdict(command, actor=actor, clock=year.clock)


def report(year: Played, unit: str, number: str, total: str, *, head: str, **more: str) -> int:
    """Enter the unit's report on the day it is and let its head approve it; return its version."""
    sheet, day = year.sheets[unit], year.now.date()
    command = EnterReport(number, day, total, {}, file=pdf(unit + number), **more)
    actor = year.who(f"dau_moi_{unit.lower()}")
    version = enter_report(sheet, command, store=blobs(year), actor=actor, clock=year.clock)
    approve_report(sheet, version, actor=year.who(f"{head}_{unit.lower()}"), clock=year.clock)
    return version


def extension(year: Played, group: str, unit: str, opens: str, closes: str, document: str, *, by: str) -> list[str]:
    ground, sheet = WindowGround.EXTENSION, year.sheets[unit]
    command = GrantWindow(year.stages[group], ground, instant(opens), instant(closes), sheet, document=document)
    return grant_window(command, actor=year.who(by), clock=year.clock)


def lines(cells: Cells) -> list[Line]:
    return [Line(number, unit, each) for number, (unit, each) in enumerate(cells.items(), start=1)]


def on_paper(year: Played, group: str, leader: str, cells: Cells, document: str, *, by: str) -> int:
    """Let the secretariat type what a leader wrote on paper."""
    with reading() as session:
        account = select(PortalUser.id).where(PortalUser.username == leader).scalar_subquery()
        held = session.scalars(select(Membership.id).where(Membership.user_id == account)).one()
    return save_leader_lines(
        year.stages[group],
        held,
        lines(cells),
        Paper(document, "Lãnh đạo", year.now.date()),
        only_good=False,
        actor=year.who(by),
        clock=year.clock,
    )


def on_screen(year: Played, group: str, leader: str, cells: Cells) -> None:
    """Let a leader fill in the own sheet and send it; cells of units that are not theirs to score stay empty."""
    actor, stage = year.who(leader), year.stages[group]
    assert save_my_lines(stage, lines(cells), actor=actor, clock=year.clock) == []
    submit_my_sheet(stage, gaps_seen=True, actor=actor, clock=year.clock)


def surveyed(year: Played, group: str, facts: SurveyFacts, code: str, cells: Cells, *, by: str) -> int:
    """Enter an independent survey and what it counted on one leaf; return the survey's id."""
    actor = year.who(by)
    survey = add_survey(year.stages[group], facts, actor=actor, clock=year.clock)
    assert enter_counts(survey, code, lines(cells), only_good=False, actor=actor, clock=year.clock) == len(cells)
    return survey


def figures(year: Played, group: str, code: str, cells: Cells, source: str, on: dt.date, *, by: str) -> int:
    common = {"source": source, "on": on.strftime("%d/%m/%Y")}
    actor, stage = year.who(by), year.stages[group]
    return enter_figures(stage, code, lines(cells), common, only_good=False, actor=actor, clock=year.clock)


def _percent(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def indexes(year: Played, group: str, by: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Return points and percent (two decimals) of each index of each unit that has any."""
    shown = ranking(year.stages[group], actor=year.who(by), clock=year.clock)
    return {
        each.unit_code: {
            code: (f"{part.obtained.normalize():f}", f"{_percent(part.exact):f}")
            for code, part in each.indexes.items()
            if part.exact is not None
        }
        for each in shown.results
        if each.indexes
    }
