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
PUBLIC = (
    "static",
    "appbuilder.static",
    "AuthDBView.login",
    "LocaleView.index",
    "health.check",
    "public.verify",
    "public.rankings",
    "public.ranking",
)

#: brought along by the frameworks and given to nobody: 404 for everyone
CLOSED = (
    *(
        f"{view}.{name}"
        for view in (
            "AccountRecords",
            "AdjustmentItemRecords",
            "AuditEventRecords",
            "CampaignRecords",
            "CouncilRecords",
            "CriteriaSetRecords",
            "CriterionBasisRecords",
            "CriterionRecords",
            "FindingRecords",
            "GradeBandRecords",
            "GroupStageRecords",
            "HolidayRecords",
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

#: asked with a key, never with a session: tests/web/test_api.py has the table of their roles
API = (
    *(
        f"{name}Api.{method}"
        for name in ("Unit", "PeerGroup", "Council", "LegalBasis", "Campaign", "Phase", "CriteriaSet", "Criterion")
        for method in ("get_list", "get", "info")
    ),
    *(f"SheetApi.{method}" for method in ("get_list", "get", "save")),
    *(f"AppraisalApi.{method}" for method in ("get_list", "get", "give")),
    *(f"ResultApi.{method}" for method in ("get_list", "get")),
    "DescriptionApi.get",
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
    *_records("HolidayRecords", "AO"),
    *_records("CriteriaSetRecords", "AO"),
    *_records("CriterionRecords", "AO"),
    *_records("FindingRecords", "AO", "list show edit"),
    *_records("CampaignRecords", "AO"),
    *_records("PhaseRecords", "AO"),
    *_records("GradeBandRecords", "AO"),
    *_records("GroupStageRecords", "AO"),
    *_records("AdjustmentItemRecords", "AO"),
    *_records("CriterionBasisRecords", "AO"),
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
    # set-up in steps; changes of an open campaign; hand-overs; mergers
    *(
        Row(f"setup.{name}", SCORING, "AO")
        for name in (
            "new",
            "create",
            "step",
            "keep_start",
            "keep_groups",
            "keep_units",
            "keep_dates",
            "copy_people",
            "keep_ranking",
        )
    ),
    Row("setup.open_it", SCORING, "O"),
    Row("changes.index", SCORING, "AO"),
    Row("changes.form", SCORING, "O"),
    Row("changes.perform", SCORING, "O"),
    Row("merging.show", SCORING, "AO"),
    Row("merging.perform", SCORING, "AO"),
    Row("hand_overs.index", SCORING, "AOchskg", "chskg"),  # the page shows the own people alone
    Row("hand_overs.record", SCORING, "AOchskg", "chskg"),
    Row("hand_overs.withdraw", SCORING, "AOch"),  # an officer's work: of the own unit
    Row("hand_overs.reassign", SCORING, "AOch", "ch"),
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
    Row("desk.index", SCORING, "AOtchp", "chp"),
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
    # bonus, penalty, exemptions, the unit's report
    Row("adjustments.show", SCORING, "Otfchsklg"),
    Row("adjustments.show", ANSWERING, "Otfchpsklg"),
    Row("adjustments.propose", SCORING, "chs"),
    Row("adjustments.propose", ANSWERING, "ps"),  # the unit's time to claim is over
    Row("adjustments.decide", SCORING, "k"),
    Row("adjustments.withdraw", SCORING, "chs"),
    Row("exemptions.show", SCORING, "Otfchsklg"),
    Row("exemptions.show", ANSWERING, "Otfchpsklg"),
    Row("exemptions.propose", SCORING, "Ofchs"),
    Row("exemptions.propose", ANSWERING, "Os"),
    Row("exemptions.decide", SCORING, "k"),
    Row("exemptions.withdraw", SCORING, "Ofchs"),
    Row("exemptions.campaign_ledger", SCORING, "Otskg"),
    Row("exemptions.ledger_file", SCORING, "Otskg"),
    Row("unit_reports.show", SCORING, "Otfchsklg"),
    Row("unit_reports.show", ANSWERING, "Otfchpsklg"),
    Row("unit_reports.enter", SCORING, "ch"),
    Row("unit_reports.approve", SCORING, "h"),
    Row("unit_reports.explain", SCORING, "ch"),
    Row("unit_reports.open_file", SCORING, "tfchskg"),
    Row("unit_reports.open_file", ANSWERING, "tfchpskg"),
    # appraisal
    Row("appraisal.index", SCORING, "ps", "ps"),
    Row("appraisal.case", ANSWERING, "Otfchpskg"),
    Row("appraisal.decide", ANSWERING, "p"),
    Row("explanation.show", ANSWERING, "Otfchpskg"),
    Row("explanation.write", ANSWERING, "fc"),
    Row("explanation.send", ANSWERING, "ch"),
    Row("appraisal_criterion.show", ANSWERING, "p"),
    Row("appraisal_criterion.decide", ANSWERING, "p"),
    Row("appraisal_criterion.agree", ANSWERING, "p"),
    Row("appraisal_tools.show_recusals", SCORING, "ps", "ps"),  # the list shows the own agency's or council's alone
    Row("appraisal_tools.record", SCORING, "ps"),
    Row("appraisal_tools.withdraw", SCORING, "p"),  # who recorded it
    Row("appraisal_tools.show_snippets", SCORING, "ps", "ps"),  # the list shows the own ones alone
    Row("appraisal_tools.keep", SCORING, "ps", "ps"),
    Row("appraisal_tools.change", SCORING, "p"),
    Row("appraisal_tools.drop", SCORING, "p"),
    Row("shares.index", SCORING, "AOthp", "hp"),  # the list shows the own agency's alone
    Row("shares.show", SCORING, "AOtp"),
    Row("shares.give", SCORING, "O"),  # and the agency's head: tests/web/test_office_pages.py
    Row("shares.take_back", SCORING, "O"),
    Row("disagreements.show", ANSWERING, "Otskg"),  # an agency once it owes something: tests/web/test_office_pages.py
    # the council's board
    Row("matrix.show", SCORING, "Otskg"),
    Row("matrix.show", ANSWERING, "Otskg"),
    Row("matrix.workbook", SCORING, "Otskg"),
    Row("matrix.cell", SCORING, "Otskg"),
    Row("matrix.cell", ANSWERING, "Otskg"),
    Row("matrix.remind", ANSWERING, "s"),
    # where agencies decide the second round, there is no meeting; tests/web/test_office_pages.py holds one
    *(Row(f"council.{name}", ANSWERING, "") for name in ("show", "paper", "decide", "decide_all")),
    Row("board.index", SCORING, "Otskg", "skg"),
    Row("board.group", SCORING, "Otskg"),
    Row("board.perform", SCORING, "s"),
    Row("board.perform_alone", SCORING, "s"),
    Row("board.ballots", SCORING, "s"),
    # windows, rechecks, evidence of the agencies
    Row("windows.group", SCORING, "Otskg"),
    Row("windows.grant", SCORING, "Os"),
    Row("windows.close", ANSWERING, "Os"),
    Row("windows.of_sheet", SCORING, "Otfchsklg"),
    Row("windows.of_sheet", ANSWERING, "Otfchpsklg"),
    Row("rechecks.group", SCORING, "Otskg"),
    Row("rechecks.ask", ANSWERING, "ch"),
    Row("rechecks.order", ANSWERING, "ps"),
    Row("rechecks.answer", ANSWERING, "ps"),
    Row("rechecks.record", ANSWERING, "ps"),
    Row("agency_evidence.add", ANSWERING, "p"),
    Row("agency_evidence.open_file", ANSWERING, "tfchpskg"),
    # what the units never score
    Row("entered.group", SCORING, "Otskg"),
    Row("entered.add", SCORING, "s"),
    Row("entered.survey", SCORING, "Otskg"),
    Row("entered.change", SCORING, "s"),
    # no criterion of the world is surveyed or not yet due; tests/web/test_entered_pages.py asks where one is
    *(Row(f"entered.{name}", SCORING, "") for name in ("counts", "count", "counts_file")),
    *(Row(f"typed_sheets.{name}", SCORING, "") for name in ("supplements", "confirm", "supplement", "assess")),
    Row("entered.figures", SCORING, "Otskg"),
    Row("entered.enter", SCORING, "s"),
    Row("entered.figures_file", SCORING, "Otskg"),
    *(
        Row(f"typed_sheets.{name}", SCORING, "s")
        for name in ("leader", "type_in", "reopen", "leader_file", "blanks", "blank")
    ),
    Row("leader_sheets.index", SCORING, "l", "l"),
    Row("leader_sheets.show", SCORING, "l"),
    Row("leader_sheets.save", SCORING, "l"),
    *(Row(f"leaf_settings.{name}", SCORING, "AO") for name in ("overrides", "terms", "baselines", "baselines_file")),
    *(Row(f"leaf_settings.{name}", SCORING, "O") for name in ("override", "term", "baseline")),  # the campaign is open
    # results
    Row("results.index", SCORING, EVERYONE, FOREIGN),
    Row("results.group", SCORING, "Otskg"),
    Row("results.group", PUBLISHED, EVERYONE, FOREIGN),
    Row("fairness.show", SCORING, "Otskg"),  # the council's until it is published
    Row("fairness.show", PUBLISHED, EVERYONE, FOREIGN),
    Row("results.unit", SCORING, "Otskg"),
    Row("results.unit", PUBLISHED, EVERYONE, FOREIGN),
    Row("papers.results_file", SCORING, "Otskg"),
    Row("papers.results_file", PUBLISHED, EVERYONE, FOREIGN),
    Row("papers.published", PUBLISHED, EVERYONE, FOREIGN),
    # keys of other systems
    Row("tokens.index", SCORING, "A"),
    Row("tokens.make", SCORING, "A"),
    Row("tokens.revoke", SCORING, ""),  # there is none here; tests/web/test_api.py revokes one
    # the audit trail
    Row("trails.sheet", SCORING, "AOtskg"),
    Row("trails.sheet_export", SCORING, "AOtskg"),
    Row("trails.campaign", SCORING, "AOt"),
    Row("trails.campaign_export", SCORING, "AOt"),
    Row("trails.heads", SCORING, "AOt"),
    Row("trails.heads_file", SCORING, "AOt"),
    Row("editions.index", SCORING, "Otskg"),
    Row("editions.index", PUBLISHED, EVERYONE, FOREIGN),
    Row("editions.paper", SCORING, ""),
    Row("editions.paper", PUBLISHED, EVERYONE, FOREIGN),
    Row("comparisons.show", SCORING, "Otskg"),
    Row("comparisons.show", PUBLISHED, EVERYONE, FOREIGN),
    Row("unit_notice.show", SCORING, ""),  # nobody has a result yet
    Row("unit_notice.show", PUBLISHED, "Otfchskg"),
    Row("unit_notice.paper", SCORING, ""),
    Row("unit_notice.paper", PUBLISHED, "Otfchskg"),
    # what moves units alone
    Row("reopening.reopening", SCORING, "Otskg"),
    Row("reopening.reopen", SCORING, "k"),
    Row("reopening.annulment", PUBLISHED, "Otskg"),
    Row("reopening.perform_annulment", PUBLISHED, "g"),
    Row("reopening.coming", PUBLISHED, "Otskg"),
    Row("reopening.publish_next", PUBLISHED, "s"),
    Row("unranked.show", SCORING, "O"),
    Row("unranked.perform", SCORING, "O"),
    # two tiers: read by the own council and by the one it reports to, of which nobody stands here
    Row("upward.index", SCORING, "Otskg", "skg"),
    Row("upward.record", PUBLISHED, "s"),
    Row("upward.paper", SCORING, "Otskg"),
    Row("upward.paper", PUBLISHED, "Otskg"),
)
