"""What every test shares: databases, and the promise that nothing is skipped where CI=true."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.databases"]

# a hundred thousand objects of loaded modules stand for the whole run: searched less often, it takes a tenth less time
gc.set_threshold(50_000, 20, 20)


#: told on SQLite in `make test`, on PostgreSQL in `make test-all`; what locks or races is told on both at once
LATER_ON_POSTGRES = (
    "tests/scenarios/",
    "tests/services/test_adoption",
    "tests/services/test_board_of_office.py",
    "tests/services/test_evidence_kept.py",
    "tests/services/test_imports.py",
    "tests/services/test_items_reports.py",
    "tests/services/test_lapsed.py",
    "tests/services/test_office.py",
    "tests/services/test_published_results.py",
    "tests/services/test_results_read.py",
    "tests/services/test_rule_editing.py",
    "tests/services/test_seed",
    "tests/services/test_set_exchange.py",
    "tests/services/test_set_versions.py",
    "tests/services/test_setup.py",
    "tests/services/test_supplements.py",
    "tests/services/test_texts.py",
    "tests/services/test_unit_reports.py",
    "tests/services/test_unsent.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(LATER_ON_POSTGRES) and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Under CI a skipped test is a failed one: a missing browser or database must not pass for a green run."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
