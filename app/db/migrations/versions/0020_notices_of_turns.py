"""Three more kinds of what people are told: a report to approve, the next act, leaves to be judged again."""

from __future__ import annotations

from alembic import op

revision = "0020_notices_of_turns"
down_revision = "0019_signed"
branch_labels = None
depends_on = None

_BEFORE = (
    "evidence_asked",
    "first_results_released",
    "sheet_returned",
    "window_opened",
    "appraisal_opened",
    "verdicts_chased",
    "approval_requested",
    "recheck_ordered",
    "exemption_decided",
    "adjustment_decided",
    "result_published",
    "result_annulled",
    "deadline_near",
    "work_handed_over",
    "job_ended",
    "campaign_changed",
)
_ADDED = ("report_to_approve", "turn_to_act", "leaves_reopened")


def _kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint("ck_notice_kind", type_="check")
        notice.create_check_constraint("ck_notice_kind", f"kind IN ({listed})")


def upgrade() -> None:
    _kinds((*_BEFORE, *_ADDED))


def downgrade() -> None:
    listed = ", ".join(f"'{kind}'" for kind in _ADDED)
    op.execute(f"DELETE FROM notice WHERE kind IN ({listed})")
    _kinds(_BEFORE)
