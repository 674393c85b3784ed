"""A criteria set as a paper: the tree with maxima, sentences and documents asked for, of any version, for ever."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.db.criteria import CriteriaSet
from app.db.queries.versions import described_of_set
from app.db.session import reading
from app.domain import policy
from app.domain.deadlines import VIETNAM
from app.domain.policy import Actor, Permission, Subject
from app.domain.set_diff import Described
from app.reports.figures import printed
from app.reports.papers import Document
from app.reports.tables import Column
from app.services.papers import BLANK, Issue, Translate, heading_of
from app.services.set_versions import found_set


def set_paper(set_id: int, *, translate: Translate, actor: Actor) -> Document:
    """Return a set to print, with the fingerprint of a frozen one. Raises Forbidden, NotFound("set_unknown")."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        row = found_set(session, set_id)
        return _document(session, row, translate)


def _document(session: Session, row: CriteriaSet, _: Translate) -> Document:
    rows = described_of_set(session, row.id)
    cells = tuple(_cells(each) for each in rows)
    version = _("Version %(number)s") % {"number": row.version_number}
    note = f"{version}: {row.reason}" if row.reason else version
    lines = [_("DRAFT: may still change")]
    if row.frozen_at is not None:
        frozen = {"at": row.frozen_at.astimezone(VIETNAM).strftime("%d/%m/%Y"), "hash": row.content_sha256}
        lines = [_("Frozen on %(at)s, SHA-256 %(hash)s") % frozen]
    issuer = BLANK if row.legal_basis is None else row.legal_basis.issuer
    return Document(
        heading=heading_of(_, Issue(issuer), _("CRITERIA SET"), row.name, note),
        columns=(
            Column(_("No."), 16),
            Column(_("Field / Criterion"), 60),
            Column(_("Maximum"), 16, figure=True),
            Column(_("How it is scored, in the paper's own words"), 80),
            Column(_("Documents"), 44),
            Column(_("Appraising agency"), 36),
        ),
        cells=cells,
        shown=cells,
        bold=frozenset(place for place, each in enumerate(rows) if each.rule is None),
        lines=tuple(lines),
        wide=True,
        size=10,
    )


def _cells(row: Described) -> tuple[str, ...]:
    words = row.original if row.rule is not None else row.requirement
    return row.code, row.title, printed(row.maximum), words, row.evidence, row.agency
