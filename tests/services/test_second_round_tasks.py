"""What the conclusion waits for stands on the secretariat's list: points of others, the council's own verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.session import Database
from app.services.council_tasks import council_tasks
from app.services.tasks import TaskKind
from tests.services.evidence_steps import SHEET
from tests.services.flow import Flow, start
from tests.services.office_steps import contested, setting

WATCHED = {TaskKind.ENTER, TaskKind.COUNCIL_VERDICTS}


def waiting(flow: Flow, who: str = "thu_ky") -> list[tuple[TaskKind, int, tuple[str, ...]]]:
    tasks = council_tasks(actor=flow.who(who), clock=flow.clock)
    return [(task.kind, task.count, task.names) for task in tasks if task.kind in WATCHED]


@pytest.mark.parametrize("round_two", ["agency", "council"])
def test_the_secretariat_sees_what_the_conclusion_waits_for(
    sqlite_database: Database, tmp_path: Path, round_two: str
) -> None:
    """1.5 is contested: its agency decides, or the council. The leader's sheet and the portal's figure are missing."""
    flow = contested(setting(start(tmp_path), round_two=round_two))
    missing = (TaskKind.ENTER, 1, ("Xã mẫu 01",))
    verdicts = [(TaskKind.COUNCIL_VERDICTS, 1, ("Xã mẫu 01",))] if round_two == "council" else []
    assert waiting(flow) == [missing, *verdicts]
    assert waiting(flow, "chu_tich_hd") == []
    flow.others(SHEET)
    assert waiting(flow) == verdicts
