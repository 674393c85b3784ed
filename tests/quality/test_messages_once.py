"""Each refusal has one sentence: of two tables that say the same code, the later would speak for both in silence."""

from __future__ import annotations

from collections import Counter

from app.words.exchange import EXCHANGE
from app.words.import_messages import IMPORT_MESSAGES
from app.words.messages_of_jobs import JOB_MESSAGES
from app.words.messages_of_versions import VERSION_MESSAGES
from app.words.reading import READING
from app.words.rule_messages import RULE_MESSAGES


def test_no_code_has_sentences_in_two_tables() -> None:
    tables = (EXCHANGE, IMPORT_MESSAGES, JOB_MESSAGES, VERSION_MESSAGES, READING, RULE_MESSAGES)
    counts = Counter(code for table in tables for code in table)
    assert [code for code, count in counts.items() if count > 1] == []
