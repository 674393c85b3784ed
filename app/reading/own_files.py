"""Files that came from the portal itself: what nobody changed in them is taken exactly, the rest is read anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.appendix_rows import collapsed
from app.domain.points import sum_points
from app.domain.set_content import NodeContent, SetContent
from app.reading.appendix import read_appendix
from app.reading.document import Document, Row
from app.reading.draft import Appendix, ReadCriterion
from app.reading.findings import Finding, FindingCode
from app.reading.late import late
from app.reading.own_document import OwnDocument, is_own_document, read_own_document

#: what is not about a row's own words: another row can be the one that was changed
_OF_NEIGHBOURS = frozenset(
    {
        FindingCode.SUM_DIFFERS,
        FindingCode.CODE_TWICE,
        FindingCode.CODE_LOST,
        FindingCode.CODE_QUALIFIED,
        FindingCode.CODE_DISAGREES,
        FindingCode.ROW_UNPLACED,
    }
)


def read_any(data: bytes, document: Document, number: int | None = None) -> Appendix:
    """Return the appendix in a file: of our own workbook or Word appendix exactly, of any other as it is understood.

    Raises: what `read_appendix` and `read_own_workbook` raise.
    """
    if document.format == "xlsx":
        workbook = late("own_workbook")
        own_set: SetContent | None = workbook.read_own_workbook(data) if workbook.is_own_workbook(data) else None
        return read_appendix(document, number) if own_set is None else _exactly(own_set, document)
    if is_own_document(data):
        own = read_own_document(data)
        if own.whole:
            return _exactly(own.content, document)
        appendix = read_appendix(document, number)
        return appendix if number is not None else _overlaid(own, appendix)  # one of several may not be ours
    return read_appendix(document, number)


def is_unchanged_own(appendix: Appendix) -> bool:
    """Tell whether what was read is a file of the portal in which nobody changed anything."""
    return any(finding.code is FindingCode.OWN_FILE and not finding.details["changed"] for finding in appendix.findings)


def _exactly(content: SetContent, document: Document) -> Appendix:
    places = _rows_by_first_cell(document)
    by_code = {node.code: node for node in content.nodes}
    criteria = tuple(_criterion(node, by_code, places) for node in content.nodes)
    tops = [node.maximum for node in content.nodes if node.parent is None]
    return Appendix(content.name, criteria, (_said(len(criteria), ()),), printed_total=sum_points(tops))


def _overlaid(own: OwnDocument, appendix: Appendix) -> Appendix:
    """Put the exact rule over what was read at every criterion nobody changed.

    What the reader doubts about its words goes where all doubts were settled before; what it says of the rows around
    it, which may have changed, stays.
    """
    exact = {node.code: node for node in own.content.nodes}
    kept = {node.code: exact[node.code] for node in appendix.criteria if _same(node, exact.get(node.code))}
    settled = {code for code, node in kept.items() if all(each.settled for each in node.findings)}
    criteria = tuple(
        replace(node, rule=kept[node.code].rule, scored_by=kept[node.code].scored_by) if node.code in kept else node
        for node in appendix.criteria
    )
    open_ = tuple(each for each in appendix.findings if each.where not in settled or each.code in _OF_NEIGHBOURS)
    changed = (*own.changed_codes, *own.removed, *(row.text for row in own.added)) or ("PHỤ LỤC",)
    return replace(appendix, criteria=criteria, findings=(_said(len(kept), changed), *open_))


def _same(node: ReadCriterion, exact: NodeContent | None) -> bool:
    return exact is not None and collapsed(node.title) == collapsed(exact.title) and node.maximum == exact.maximum


def _said(count: int, changed: Sequence[str]) -> Finding:
    return Finding(FindingCode.OWN_FILE, "", {"count": str(count), "changed": ", ".join(changed)})


def _criterion(
    node: NodeContent, by_code: Mapping[str, NodeContent], places: Mapping[str, tuple[int, ...]]
) -> ReadCriterion:
    above = _ancestors(node, by_code)
    named = [each.agency_name or each.agency_printed for each in (node, *above)]
    return ReadCriterion(
        code=node.code,
        parent=node.parent,
        level=1 + len(above),
        title=node.title,
        maximum=node.maximum,
        rule=node.rule,
        scored_by=node.scored_by,
        original=node.original,
        requirement=node.requirement,
        evidence=tuple(line for line in node.evidence.split("\n") if line),
        agency=next((name for name in named if name), None),
        agency_printed=node.agency_printed,
        rows=places.get(node.code) or places.get(node.title, ()),
    )


def _ancestors(node: NodeContent, by_code: Mapping[str, NodeContent]) -> list[NodeContent]:
    above: list[NodeContent] = []
    while node.parent is not None and node.parent in by_code:
        node = by_code[node.parent]
        above.append(node)
    return above


def _rows_by_first_cell(document: Document) -> dict[str, tuple[int, ...]]:
    """Return the row each code, or the title of a part, stands in first: it is shown beside what is understood."""
    places: dict[str, tuple[int, ...]] = {}
    for row in document.rows():
        if isinstance(row, Row) and row.cells:
            places.setdefault(row.cells[0].text.strip(), (row.number,))
    return places
