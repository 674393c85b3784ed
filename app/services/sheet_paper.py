"""A unit's score sheet in the columns of the annex, with the appraised points the reader may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from app.db.clock import Clock
from app.domain.criteria import Node
from app.domain.deadlines import VIETNAM
from app.domain.policy import Actor
from app.domain.terms import UnitTier
from app.reports.figures import printed
from app.reports.page import Signature
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.appraised import appraised_points
from app.services.papers import Issue, Translate, heading_of, in_the_name_of
from app.services.sheets import LeafLine, SheetView, sheet

#: units that are governed by a people's committee, in whose name the chairman signs
GOVERNED = frozenset({UnitTier.PROVINCE, UnitTier.DISTRICT, UnitTier.COMMUNE})


def sheet_paper(assessment_id: int, *, translate: Translate, actor: Actor, clock: Clock) -> Document:
    """Return the sheet to print. Raises NotFound for a sheet that is not the actor's to see."""
    view = sheet(assessment_id, actor=actor, clock=clock)
    return sheet_document(view, appraised_points(assessment_id, actor=actor, clock=clock), translate)


def sheet_document(view: SheetView, appraised: Mapping[str, Decimal], _: Translate) -> Document:
    """Return a unit's sheet as it stands: every node, its points, explanation, documents and agency."""
    columns = (
        Column(_("No."), 14),
        Column(_("Field / Criterion"), 60),
        Column(_("Maximum"), 15, figure=True),
        Column(_("Self-assessed points"), 16, figure=True),
        Column(_("Appraised points"), 16, figure=True),
        Column(_("Explanation"), 60),
        Column(_("Documents"), 44),
        Column(_("Appraising agency"), 27),
    )
    cells = tuple(_cells(line, view, appraised.get(line.node.code), _) for line in view.lines)
    last = view.receipts[-1] if view.receipts else None
    lines = [
        _("Total self-scored: %(points)s of %(most)s")
        % {"points": printed(view.obtained), "most": printed(view.attainable)}
    ]
    if last is not None:
        words = _("Receipt %(code)s, SHA-256 %(hash)s") if view.shown_as_sent else _("Changed since receipt %(code)s")
        lines.append(words % {"code": last.code, "hash": last.sha256})
    committee = _("PEOPLE'S COMMITTEE")
    governed = view.tier in GOVERNED
    issue = Issue(
        f"{committee}\n{view.unit}" if governed else view.unit,
        on=None if last is None else last.at.astimezone(VIETNAM).date(),
    )
    return Document(
        heading=heading_of(_, issue, _("SELF-SCORED SHEET"), f"{view.unit} – {view.campaign}"),
        columns=columns,
        cells=cells,
        shown=tuple(_shown(row) for row in cells),
        bold=frozenset(number for number, line in enumerate(view.lines) if line.node.rule is None),
        lines=tuple(lines),
        sign=Signature(in_the_name_of(committee, _), _("CHAIRMAN"))
        if governed
        else Signature("", _("HEAD OF THE UNIT")),
        wide=True,
        size=10,
    )


def printed_code(node: Node) -> str:
    """Return the code, or nothing where the title already begins with it: "ND.I" before "… I. …"."""
    own = re.escape(node.code.rpartition(".")[2])
    said = re.match(rf"(?:[^.]*\s)?(?:{re.escape(node.code)}|{own})\.(?:\s|$)", node.title)
    return "" if said else node.code


def _cells(line: LeafLine, view: SheetView, appraised: Decimal | None, _: Translate) -> tuple[Cell, ...]:
    branch = line.node.rule is None
    points = view.points_below(line.node.code) if branch else line.points
    documents = "\n".join(f"({each.position}) {each.number or each.subject or each.name}" for each in line.documents)
    return (
        printed_code(line.node),
        line.node.title,
        line.node.maximum,
        points,
        "" if appraised is None else appraised,
        _explained(line, _),
        documents,
        line.agency,
    )


def _explained(line: LeafLine, _: Translate) -> str:
    """Return the unit's words; before them which kind of nothing a figure stands for, which the figure cannot say."""
    if not line.own:
        return line.explanation if line.node.rule is None else _not_own(line, _)
    claim = line.claim
    if claim is None:
        nothing = _("Not scored")
    else:
        nothing = (
            _("Nothing arose") if claim.get("nothing_arose") else _("Left unscored") if claim.get("declined") else ""
        )
    return "\n".join(words for words in (nothing, line.explanation) if words)


def _not_own(line: LeafLine, _: Translate) -> str:
    return _("Not for the unit to score") if line.applicable else _("Not applicable")


def _shown(row: tuple[Cell, ...]) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, str) else printed(None if cell is None else Decimal(cell)) for cell in row)
