"""Who reaches what: the reviewed table. A route without a row fails the test beside it.

Roles by letter: A administrator, O organiser, t auditor; of a unit f officer, c coordinator, h head; p appraiser of an
agency; of a council s secretariat, k chair, l leader, g approving authority.

A row: endpoint; stage of the campaign; who reaches it on an object of the own unit, agency or council; who reaches it
on a foreign one. Who is in neither is turned away, with 403 or 404; who reaches the own object only finds that the
foreign one does not exist: 404. Worked from ARCHITECTURE §6 and `domain.grants` by reading; a mark after "|" tells two
uses of one route apart.
"""

from __future__ import annotations

from typing import NamedTuple

SCORING, ANSWERING, PUBLISHED = "scoring", "answering", "published"

EVERYONE = "AOtfchpsklg"
FOREIGN = "fchpsklg"


class Row(NamedTuple):
    endpoint: str
    stage: str
    own: str
    foreign: str = ""


#: reached without signing in
PUBLIC = ("static", "appbuilder.static", "AuthDBView.login", "LocaleView.index", "health.check")

#: brought along by the frameworks and given to nobody: 404 for everyone
CLOSED = (
    *(
        f"{view}.{name}"
        for view in (
            "AccountRecords",
            "AuditEventRecords",
            "CampaignRecords",
            "CouncilRecords",
            "CriteriaSetRecords",
            "CriterionRecords",
            "FindingRecords",
            "GradeBandRecords",
            "GroupStageRecords",
            "LegalBasisRecords",
            "MembershipRecords",
            "PeerGroupRecords",
            "PhaseRecords",
            "UnitRecords",
        )
        for name in ("action", "action_post", "download")
    ),
    *(
        f"desk_{grid}.{name}"
        for grid in ("criteria", "officers", "appraisers", "store")
        for name in ("action_view", "ajax_lookup")
    ),
    *(f"desk_{grid}.details_view" for grid in ("criteria", "officers", "appraisers")),
    *(f"desk_store.{name}" for name in ("create_view", "edit_view", "delete_view", "ajax_update")),
    *(f"desk_criteria.{name}" for name in ("create_view", "delete_view")),
    "desk.static",
    "IndexView.index",
    "UtilView.back",
)


def _records(view: str, who: str, names: str = "list show add edit delete") -> tuple[Row, ...]:
    given = names.split()
    return tuple(
        Row(f"{view}.{name}", SCORING, who if name in given else "")
        for name in ("list", "show", "add", "edit", "delete")
    )


TABLE: tuple[Row, ...] = (
    # everyone's
    Row("home.index", SCORING, EVERYONE, FOREIGN),
    Row("password.change", SCORING, EVERYONE, FOREIGN),
    Row("AuthDBView.logout", SCORING, EVERYONE, FOREIGN),
    Row("notices.index", SCORING, EVERYONE, FOREIGN),
    Row("notices.read_all", SCORING, EVERYONE, FOREIGN),
    Row("notices.choice", SCORING, EVERYONE, FOREIGN),
    Row("notices.follow", SCORING, "f"),  # an officer's notice, nobody else's
    Row("notices.read", SCORING, "f"),
    Row("notices.mails", SCORING, "A"),
    Row("notices.again", SCORING, "A"),
    Row("jobs.index", SCORING, EVERYONE, FOREIGN),
    Row("jobs.show", SCORING, "AOt"),  # work the organiser asked for
    Row("jobs.stop", SCORING, "AO"),
    # configuration
    *_records("UnitRecords", "AO"),
    *_records("PeerGroupRecords", "AO"),
    *_records("CouncilRecords", "AO"),
    *_records("LegalBasisRecords", "AO"),
    *_records("CriteriaSetRecords", "AO"),
    *_records("CriterionRecords", "AO"),
    *_records("FindingRecords", "AO", "list show edit"),
    *_records("CampaignRecords", "AO"),
    *_records("PhaseRecords", "AO"),
    *_records("GradeBandRecords", "AO"),
    *_records("GroupStageRecords", "AO"),
    *_records("MembershipRecords", "A"),
    *_records("AccountRecords", "A", "list show add edit"),
    *_records("AuditEventRecords", "AOt", "list show"),
    Row("AccountRecords.reset", SCORING, "A"),
    Row("CriteriaSetRecords.maxima", SCORING, "AO"),
    Row("exchange.export", SCORING, "AO"),
    Row("CampaignRecords.policies", SCORING, "AO"),
    Row("rule_editor.show", SCORING, "AO"),
    Row("rule_editor.save", SCORING, "AO"),
    Row("imports.index", SCORING, "AO"),
    Row("imports.new", SCORING, "AO"),
    Row("imports.start", SCORING, "AO"),
    Row("imports.choose", SCORING, "AO"),
    Row("imports.ask", SCORING, "O"),  # of work the organiser asked for
    Row("imports.show", SCORING, "AO"),
    Row("imports.make", SCORING, "AO"),
    Row("imports.rule", SCORING, "AO"),
    Row("imports.save_rule", SCORING, "AO"),
    Row("imports.compare", SCORING, "AO"),
    Row("imports.source", SCORING, "AO"),
    Row("imports.save", SCORING, "AO"),
    Row("imports.drop", SCORING, "AO"),
    Row("imports.take_up", SCORING, "AO"),
    Row("opening.report", SCORING, "AO"),
    Row("opening.perform", SCORING, "O"),
    # versions of a set and their adoption
    *(
        Row(f"set_versions.{name}", SCORING, "AO")
        for name in (
            "version_form",
            "make_version",
            "copy_form",
            "make_copy",
            "compare",
            "mapping",
            "correct",
            "link",
            "paper",
        )
    ),
    Row("adoption.choose", SCORING, "AO"),
    Row("adoption.preview", SCORING, "AO"),
    Row("adoption.perform", SCORING, "AO"),
    Row("sheet_changes.seen", SCORING, "fc"),
    Row("sheet_changes.paper", SCORING, ""),  # nothing was adopted here; tests/web/test_set_versions.py reads one
    # the desk
    Row("desk.index", SCORING, "AOtch", "ch"),
    Row("desk_criteria.index_view", SCORING, "AO"),
    Row("desk_criteria.export", SCORING, "AO"),
    Row("desk_criteria.edit_view", SCORING, "AO"),
    Row("desk_criteria.ajax_update", SCORING, "AO"),
    Row("desk_appraisers.index_view", SCORING, "AO"),
    Row("desk_appraisers.export", SCORING, "AO"),
    Row("desk_appraisers.create_view", SCORING, "AO"),
    Row("desk_appraisers.edit_view", SCORING, "AO"),
    Row("desk_appraisers.delete_view", SCORING, "AO"),
    Row("desk_appraisers.ajax_update", SCORING, "AO"),
    Row("desk_officers.index_view", SCORING, "AOch", "ch"),  # the list shows the own unit's rows alone
    Row("desk_officers.export", SCORING, "AOch", "ch"),
    Row("desk_officers.create_view", SCORING, "AOch", "ch"),
    Row("desk_officers.edit_view", SCORING, "AOch"),
    Row("desk_officers.ajax_update", SCORING, "AOch"),
    Row("desk_officers.delete_view", SCORING, "AOch"),
    Row("desk_store.index_view", SCORING, "AOt"),
    Row("desk_store.export", SCORING, "AOt"),
    Row("desk_store.details_view", SCORING, "AOt"),
    # the sheet
    Row("sheet.index", SCORING, "Otfchpsklg", "fchpsklg"),
    Row("sheet.show", SCORING, "Otfchsklg"),
    Row("sheet.show", ANSWERING, "Otfchpsklg"),
    Row("sheet.changes", SCORING, "Otfchsklg"),
    Row("sheet.save", SCORING, "fc"),
    Row("sheet.decline", SCORING, "fc"),
    Row("papers.sheet_pdf", SCORING, "Otfchsklg"),
    Row("papers.sheet_xlsx", SCORING, "Otfchsklg"),
    Row("papers.sheet_pdf", ANSWERING, "Otfchpsklg"),
    Row("submission.review", SCORING, "Otfchsklg"),
    Row("submission.perform|request_approval", SCORING, "fc"),
    Row("submission.perform|submit", SCORING, "ch"),
    Row("submission.receipt", ANSWERING, "Otfchpsklg"),
    # evidence
    Row("evidence.leaf", SCORING, "tfchskg"),
    Row("evidence.leaf", ANSWERING, "tfchpskg"),
    Row("evidence.add", SCORING, "fc"),
    Row("evidence.first", SCORING, "fc"),
    Row("evidence.remove", SCORING, "fc"),
    Row("evidence.open_file", SCORING, "tfchskg"),
    Row("evidence.open_file", ANSWERING, "tfchpskg"),
    # appraisal
    Row("appraisal.index", SCORING, "ps", "ps"),
    Row("appraisal.case", ANSWERING, "Otfchpskg"),
    Row("appraisal.decide", ANSWERING, "p"),
    Row("explanation.show", ANSWERING, "Otfchpskg"),
    Row("explanation.write", ANSWERING, "fc"),
    Row("explanation.send", ANSWERING, "ch"),
    # the council's board
    Row("board.index", SCORING, "Otskg", "skg"),
    Row("board.group", SCORING, "Otskg"),
    Row("board.perform", SCORING, "s"),
    Row("board.perform_alone", SCORING, "s"),
    Row("board.ballots", SCORING, "s"),
    Row("board.ballot", SCORING, "s"),
    Row("board.claim", SCORING, "s"),
    # results
    Row("results.index", SCORING, EVERYONE, FOREIGN),
    Row("results.group", SCORING, "Otsklg"),
    Row("results.group", PUBLISHED, EVERYONE, FOREIGN),
    Row("results.unit", SCORING, "Otsklg"),
    Row("results.unit", PUBLISHED, EVERYONE, FOREIGN),
    Row("papers.results_file", SCORING, "Otsklg"),
    Row("papers.results_file", PUBLISHED, EVERYONE, FOREIGN),
    Row("papers.published", PUBLISHED, EVERYONE, FOREIGN),
)
