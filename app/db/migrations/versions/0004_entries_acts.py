"""Entries, receipts, windows, verdicts and what others enter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0004_entries_acts"
down_revision = "0003_criteria_assessments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "bonus", "penalty", name="ck_adjustment_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("points", app.db.columns.Points(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "accepted",
                "refused",
                name="ck_adjustment_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.CheckConstraint("points >= 0", name="ck_adjustment_points_not_negative"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_adjustment_assessment_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name="fk_adjustment_decided_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_adjustment_assessment_id"), "adjustment", ["assessment_id"], unique=False)

    op.create_table(
        "answer_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "extension",
                "correction",
                "data_update",
                "evidence_request",
                "explanation",
                name="ck_answer_window_ground",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("due_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_at < due_at", name="ck_answer_window_opens_before_due"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_answer_window_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_answer_window_criterion_id"),
        sa.ForeignKeyConstraint(["granted_by_id"], ["ab_user.id"], name="fk_answer_window_granted_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_answer_window_assessment_id"), "answer_window", ["assessment_id"], unique=False)

    op.create_table(
        "entered_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "unit",
                "leaders",
                "survey",
                "external",
                "council",
                name="ck_entered_claim_source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("claim", app.db.columns.JsonText(), nullable=False),
        sa.Column("points", app.db.columns.Points(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_entered_claim_assessment_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_entered_claim_by_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_entered_claim_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "criterion_id", name="uq_entered_claim_assessment_id_criterion_id"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("supplement_round", sa.Integer(), nullable=False),
        sa.Column("added_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["ab_user.id"], name="fk_evidence_added_by_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_evidence_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_evidence_criterion_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_evidence_document_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "assessment_id", "criterion_id", "document_id", "supplement_round", name="uq_evidence_leaf_document_round"
        ),
    )
    op.create_index(op.f("ix_evidence_assessment_id"), "evidence", ["assessment_id"], unique=False)
    op.create_index(op.f("ix_evidence_criterion_id"), "evidence", ["criterion_id"], unique=False)
    op.create_index(op.f("ix_evidence_document_id"), "evidence", ["document_id"], unique=False)

    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "accepted",
                "refused",
                name="ck_exemption_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_exemption_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_exemption_criterion_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name="fk_exemption_decided_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "criterion_id", name="uq_exemption_assessment_id_criterion_id"),
    )
    op.create_table(
        "leader_ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_leader_ballot_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_leader_ballot_criterion_id"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["ab_user.id"], name="fk_leader_ballot_entered_by_id"),
        sa.ForeignKeyConstraint(["leader_id"], ["membership.id"], name="fk_leader_ballot_leader_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "assessment_id", "criterion_id", "leader_id", name="uq_leader_ballot_assessment_criterion_leader"
        ),
    )
    op.create_index(op.f("ix_leader_ballot_assessment_id"), "leader_ballot", ["assessment_id"], unique=False)

    op.create_table(
        "leaf_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_leaf_reopening_assessment_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_leaf_reopening_by_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_leaf_reopening_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_leaf_reopening_assessment_id"), "leaf_reopening", ["assessment_id"], unique=False)

    op.create_table(
        "published_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("obtained", app.db.columns.Points(), nullable=True),
        sa.Column("attainable", app.db.columns.Points(), nullable=True),
        sa.Column("bonus", app.db.columns.Points(), nullable=False),
        sa.Column("penalty", app.db.columns.Points(), nullable=False),
        sa.Column("index_percent", app.db.columns.Points(), nullable=True),
        sa.Column("grade", sa.String(length=120), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_published_result_publication_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_published_result_unit_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("publication_id", "unit_id", name="uq_published_result_publication_id_unit_id"),
    )
    op.create_index(op.f("ix_published_result_unit_id"), "published_result", ["unit_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "self_score",
                "explanation",
                name="ck_receipt_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_receipt_assessment_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_receipt_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "idempotency_key", name="uq_receipt_assessment_id_idempotency_key"),
        sa.UniqueConstraint("assessment_id", "kind", "number", name="uq_receipt_assessment_id_kind_number"),
    )
    op.create_table(
        "score_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("claim", app.db.columns.JsonText(), nullable=True),
        sa.Column("self_points", app.db.columns.Points(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claim_version", sa.Integer(), nullable=False),
        sa.Column("explanation_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("self_points IS NULL OR self_points >= 0", name="ck_score_entry_self_points_not_negative"),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name="fk_score_entry_assessment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name="fk_score_entry_changed_by_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_score_entry_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "criterion_id", name="uq_score_entry_assessment_id_criterion_id"),
    )
    op.create_index(op.f("ix_score_entry_criterion_id"), "score_entry", ["criterion_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "agree",
                "disagree",
                "request_evidence",
                name="ck_verdict_decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("claim", app.db.columns.JsonText(), nullable=True),
        sa.Column("points", app.db.columns.Points(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision = 'request_evidence') = (points IS NULL)", name="ck_verdict_points_unless_request"
        ),
        sa.CheckConstraint("round IN (1, 2)", name="ck_verdict_round"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_verdict_agency_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_verdict_assessment_id"),
        sa.ForeignKeyConstraint(["author_id"], ["ab_user.id"], name="fk_verdict_author_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_verdict_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_verdict_assessment_id"), "verdict", ["assessment_id"], unique=False)
    op.create_index(op.f("ix_verdict_criterion_id"), "verdict", ["criterion_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_reply_assessment_id"),
        sa.ForeignKeyConstraint(["author_id"], ["ab_user.id"], name="fk_reply_author_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_reply_criterion_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_reply_receipt_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_reply_assessment_id"), "reply", ["assessment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reply")
    op.drop_table("verdict")
    op.drop_table("score_entry")
    op.drop_table("receipt")
    op.drop_table("published_result")
    op.drop_table("leaf_reopening")
    op.drop_table("leader_ballot")
    op.drop_table("exemption")
    op.drop_table("evidence")
    op.drop_table("entered_claim")
    op.drop_table("answer_window")
    op.drop_table("adjustment")
