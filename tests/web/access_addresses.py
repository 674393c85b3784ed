"""The address and the form of every route of the table, always on the first unit, its agency and its council."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.db.agency_acts import AgencyEvidence, Recheck
from app.db.assessments import Adjustment, AnswerWindow, Exemption
from app.db.campaigns import AppraiserAssignment, OfficerAssignment
from app.db.criteria import CriteriaSet, Criterion
from app.db.evidence import Document, Evidence
from app.db.identity import Council, Membership
from app.db.imports import CriteriaImport
from app.db.jobs import Job
from app.db.notices import Notice
from app.db.office import AppraiserShare, ReasonSnippet, Recusal
from app.db.outbox import Mail
from app.db.session import reading
from app.db.setup import Delegation
from app.domain.terms import Role
from tests.web.access_table import CLOSED, TABLE
from tests.web.world import World


def first_id(model: Any, *conditions: Any) -> int:
    with reading() as session:
        return session.scalars(select(model.id).where(*conditions).order_by(model.id).limit(1)).first() or 1


def addresses(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return endpoint → address and form, always of the first unit, its agency and its council."""
    sheet, stage = world.sheets["XM01"], world.stage
    leaf = {"assessment_id": sheet, "code": "1.1"}
    draft = first_id(Criterion, Criterion.set_id != world.set, Criterion.code == "1.1")
    officer = first_id(OfficerAssignment, OfficerAssignment.unit_id == world.units["XM01"])
    evidence = first_id(Evidence)
    later = first_id(CriteriaSet, CriteriaSet.code == "nam_sau")
    leader = first_id(Membership, Membership.role == Role.LEADER)
    own_leaf = first_id(Criterion, Criterion.set_id == world.set, Criterion.code == "1.1")
    figure = {"group_stage_id": stage, "code": "2.2"}
    sheet_of = {"group_stage_id": stage, "leader_id": leader}
    campaign = {"campaign_id": world.campaign}
    given: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        **{f"entered.{name}": ({"group_stage_id": stage}, {}) for name in ("group", "add")},
        **{f"entered.{name}": ({"survey_id": 1}, {}) for name in ("survey", "change")},
        **{f"entered.{name}": ({"survey_id": 1, "code": "2.1"}, {}) for name in ("counts", "count", "counts_file")},
        **{f"entered.{name}": (figure, {}) for name in ("figures", "enter", "figures_file")},
        **{f"typed_sheets.{name}": (sheet_of, {}) for name in ("leader", "type_in", "reopen", "leader_file", "blank")},
        "typed_sheets.blanks": ({"group_stage_id": stage}, {}),
        **{f"typed_sheets.{name}": ({**figure, "code": "1.1"}, {}) for name in ("supplements", "confirm")},
        **{f"typed_sheets.{name}": (leaf, {}) for name in ("supplement", "assess")},
        **{f"leader_sheets.{name}": ({"group_stage_id": stage}, {}) for name in ("show", "save")},
        **{f"leaf_settings.{name}": (campaign, {}) for name in ("overrides", "terms", "baselines", "baselines_file")},
        **{f"leaf_settings.{name}": (campaign, {"leaf": own_leaf}) for name in ("override", "term")},
        "leaf_settings.baseline": (campaign, {"act": "accept", "measure": "cchc_rank", "lines": "[]"}),
        **{f"papers.{name}": ({"assessment_id": sheet}, {}) for name in ("sheet_pdf", "sheet_xlsx")},
        **{f"sheet.{name}": ({"assessment_id": sheet}, {}) for name in ("show", "decline")},
        **{f"sheet.{name}": (leaf, {}) for name in ("changes", "save")},
        **{f"evidence.{name}": (leaf, {}) for name in ("leaf", "add")},
        **{f"evidence.{name}": ({"evidence_id": evidence}, {}) for name in ("first", "remove")},
        **{f"appraisal.{name}": ({**leaf, "code": "1.5"}, {"decision": "agree"}) for name in ("case", "decide")},
        **{f"explanation.{name}": ({"assessment_id": sheet}, {}) for name in ("show", "send")},
        **{
            f"appraisal_criterion.{name}": (
                {"campaign_id": world.campaign, "group_id": 1, "code": "1.5", **more},
                {"decision": "agree"},
            )
            for name, more in (("show", {}), ("agree", {}), ("decide", {"assessment_id": sheet}))
        },
        "appraisal_tools.record": ({}, {"sheet": sheet, "reason": "người thân"}),
        "appraisal_tools.withdraw": ({"recusal_id": first_id(Recusal)}, {}),
        **{f"appraisal_tools.{name}": ({"snippet_id": first_id(ReasonSnippet)}, {}) for name in ("change", "drop")},
        **{
            f"shares.{name}": ({"campaign_id": world.campaign, "agency_id": world.units["PNV"]}, {})
            for name in ("show", "give")
        },
        "shares.take_back": ({"share_id": first_id(AppraiserShare)}, {}),
        "disagreements.show": ({"group_stage_id": stage}, {}),
        **{f"matrix.{name}": ({"group_stage_id": stage}, {}) for name in ("show", "workbook", "remind")},
        "matrix.cell": ({"group_stage_id": stage, "assessment_id": sheet, "code": "1"}, {}),
        **{f"council.{name}": ({"group_stage_id": stage}, {}) for name in ("show", "paper", "decide_all")},
        "council.decide": ({"group_stage_id": stage, **leaf}, {}),
        "explanation.write": ({**leaf, "code": "1.5"}, {}),
        "evidence.open_file": ({"document_id": first_id(Document)}, {}),
        "submission.review": ({"assessment_id": sheet}, {}),
        "submission.perform|request_approval": ({"assessment_id": sheet, "action": "request_approval"}, {}),
        "submission.perform|submit": ({"assessment_id": sheet, "action": "submit"}, {}),
        "submission.receipt": ({"assessment_id": sheet, "number": 1}, {}),
        **{f"adjustments.{name}": ({"assessment_id": sheet}, {}) for name in ("show", "propose")},
        **{
            f"adjustments.{name}": ({"assessment_id": sheet, "adjustment_id": first_id(Adjustment)}, {})
            for name in ("decide", "withdraw")
        },
        **{f"exemptions.{name}": ({"assessment_id": sheet}, {}) for name in ("show", "propose", "decide")},
        "exemptions.withdraw": ({"assessment_id": sheet, "exemption_id": first_id(Exemption)}, {}),
        **{f"exemptions.{name}": ({"campaign_id": world.campaign}, {}) for name in ("campaign_ledger", "ledger_file")},
        **{f"unit_reports.{name}": ({"assessment_id": sheet}, {}) for name in ("show", "enter", "explain")},
        **{f"unit_reports.{name}": ({"assessment_id": sheet, "number": 1}, {}) for name in ("approve", "open_file")},
        "fairness.show": ({"group_stage_id": stage}, {}),
        "board.group": ({"group_stage_id": stage}, {}),
        "board.perform_alone": ({"assessment_id": sheet, "action": "release_first_results"}, {}),
        "board.perform": ({"group_stage_id": stage, "action": "open_first_appraisal"}, {}),
        "board.ballots": ({"assessment_id": sheet}, {}),
        **{f"windows.{name}": ({"group_stage_id": stage}, {}) for name in ("group", "grant")},
        "windows.close": ({"window_id": first_id(AnswerWindow)}, {"reason": "x"}),
        "windows.of_sheet": ({"assessment_id": sheet}, {}),
        "rechecks.group": ({"group_stage_id": stage}, {}),
        "rechecks.ask": ({"assessment_id": sheet}, {"code": "1.5", "reason": "x"}),
        **{
            f"{name}": ({**leaf, "code": "1.5"}, {"recheck_reason": "x"})
            for name in ("rechecks.order", "agency_evidence.add")
        },
        **{
            f"rechecks.{name}": ({"recheck_id": first_id(Recheck)}, {"sheet": str(sheet), "code": "1.5"})
            for name in ("answer", "record")
        },
        "agency_evidence.open_file": ({"proof_id": first_id(AgencyEvidence)}, {}),
        "results.group": ({"group_stage_id": stage}, {}),
        "results.unit": ({"group_stage_id": stage, "assessment_id": sheet}, {}),
        "papers.results_file": ({"group_stage_id": stage, "which": "ranking", "kind": "xlsx"}, {}),
        "papers.published": ({"group_stage_id": stage}, {}),
        **{f"trails.{name}": ({"assessment_id": sheet}, {}) for name in ("sheet", "sheet_export")},
        **{f"trails.{name}": ({"campaign_id": world.campaign}, {}) for name in ("campaign", "campaign_export")},
        **{f"tokens.{name}": ({"user_id": 1}, {}) for name in ("index", "make")},
        "tokens.revoke": ({"token_id": 1}, {}),
        "trails.heads_file": ({"day": "2024-11-25", "kind": "csv"}, {}),
        **{
            endpoint: ({"group_stage_id": stage}, {})
            for endpoint in (
                "editions.index",
                "comparisons.show",
                *(
                    f"reopening.{name}"
                    for name in (
                        "reopening",
                        "reopen",
                        "annulment",
                        "perform_annulment",
                        "coming",
                        "publish_next",
                    )
                ),
            )
        },
        "editions.paper": ({"group_stage_id": stage, "edition": 1}, {}),
        **{
            f"unit_notice.{name}": ({"group_stage_id": stage, "assessment_id": sheet}, {}) for name in ("show", "paper")
        },
        **{f"unranked.{name}": ({"campaign_id": world.campaign}, {}) for name in ("show", "perform")},
        "upward.record": (
            {"campaign_id": world.campaign, "council_id": first_id(Council, Council.code == "HDTD")},
            {"number": "15/BC-UBND", "reported_on": "20/12/2024"},
        ),
        "upward.paper": (
            {"campaign_id": world.campaign, "council_id": first_id(Council, Council.code == "HDTD"), "kind": "xlsx"},
            {},
        ),
        "exchange.export": ({"set_id": world.set, "kind": "xlsx"}, {}),
        **{
            f"set_versions.{name}": ({"set_id": world.set}, {})
            for name in ("version_form", "make_version", "copy_form", "make_copy", "compare", "paper")
        },
        **{f"set_versions.{name}": ({"set_id": later}, {}) for name in ("mapping", "correct")},
        "set_versions.link": ({"set_id": later}, {"old": world.set}),
        "adoption.choose": ({"campaign_id": world.campaign}, {}),
        **{
            f"adoption.{name}": ({"campaign_id": world.campaign, "group_id": 1, "set_id": later}, {})
            for name in ("preview", "perform")
        },
        "sheet_changes.seen": (leaf, {}),
        "sheet_changes.paper": ({"assessment_id": sheet, "adoption_id": 1}, {}),
        **{
            f"imports.{name}": ({"import_id": first_id(CriteriaImport)}, {"version": "0"})
            for name in ("show", "make", "compare", "source", "save", "drop", "take_up")
        },
        **{
            f"imports.{name}": ({"import_id": first_id(CriteriaImport), "place": 2}, {"act": "try"})
            for name in ("rule", "save_rule")
        },
        **{f"notices.{name}": ({"notice_id": first_id(Notice)}, {}) for name in ("follow", "read")},
        "notices.again": ({"mail_id": first_id(Mail)}, {}),
        **{f"jobs.{name}": ({"job_id": first_id(Job)}, {}) for name in ("show", "stop")},
        "imports.ask": ({"job": first_id(Job)}, {}),
        "opening.report": ({"campaign_id": world.campaign}, {}),
        "setup.step": ({"campaign_id": world.campaign, "name": "checklist"}, {}),
        **{
            f"setup.{name}": ({"campaign_id": world.campaign}, {"which": "officers"})
            for name in (
                "keep_start",
                "keep_groups",
                "keep_units",
                "keep_dates",
                "copy_people",
                "keep_ranking",
                "open_it",
            )
        },
        "changes.index": ({"campaign_id": world.campaign}, {}),
        **{f"changes.{name}": ({"campaign_id": world.campaign, "kind": "phases"}, {}) for name in ("form", "perform")},
        **{f"merging.{name}": ({"unit_id": world.units["XM01"]}, {}) for name in ("show", "perform")},
        "hand_overs.withdraw": ({"delegation_id": first_id(Delegation)}, {}),
        "opening.perform": ({"campaign_id": world.campaign}, {}),
        "rule_editor.show": ({"criterion_id": draft}, {}),
        "rule_editor.save": ({"criterion_id": draft}, {}),
        "desk_criteria.edit_view": ({"id": draft}, {}),
        "desk_criteria.ajax_update": ({}, {f"cell-{draft}-maximum": "abc"}),
        "desk_officers.edit_view": ({"id": officer}, {}),
        "desk_officers.ajax_update": ({}, {f"cell-{officer}-user": "abc"}),
        "desk_officers.delete_view": ({}, {"id": officer}),
        "desk_appraisers.edit_view": ({"id": first_id(AppraiserAssignment)}, {}),
        "desk_appraisers.ajax_update": ({}, {f"cell-{first_id(AppraiserAssignment)}-agency": "abc"}),
        "desk_appraisers.delete_view": ({}, {"id": first_id(AppraiserAssignment)}),
        "desk_store.details_view": ({"id": first_id(Document)}, {}),
        **{
            f"desk_{grid}.export": ({"export_type": "csv"}, {})
            for grid in ("criteria", "officers", "appraisers", "store")
        },
        **{
            endpoint: ({"pk": 1, "name": "x", "filename": "x", "export_type": "csv", "id": 1}, {})
            for endpoint in (*CLOSED, *(row.endpoint for row in TABLE if "Records." in row.endpoint))
        },
    }
    asked = {row.endpoint for row in TABLE} | set(CLOSED)
    return {
        endpoint: (
            url_for(endpoint.partition("|")[0], **given.get(endpoint, ({}, {}))[0]),
            given.get(endpoint, ({}, {}))[1],
        )
        for endpoint in asked
    }
