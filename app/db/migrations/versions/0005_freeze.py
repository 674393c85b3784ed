"""Triggers: frozen sets stay as they are, what was appended stays as it was, against bulk and raw SQL too."""

from __future__ import annotations

from alembic import op

revision = "0005_freeze"
down_revision = "0004_entries_acts"
branch_labels = None
depends_on = None

#: tables that are only ever appended to
APPENDED = ("audit_event", "verdict", "receipt", "publication", "published_result", "stage_act")

_SET_OF = {
    "criteria_set": "{row}.id",
    "criterion": "{row}.set_id",
    "criterion_finding": "(SELECT set_id FROM criterion WHERE criterion.id = {row}.criterion_id)",
}
#: a row is asked about as it was and as it would become: nothing is moved out of a frozen set or into one
_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _frozen(table: str, rows: tuple[str, ...]) -> str:
    if table == "criteria_set":
        return "OLD.status = 'frozen'"
    wanted = ", ".join(_SET_OF[table].format(row=row) for row in rows)
    return f"EXISTS (SELECT 1 FROM criteria_set WHERE criteria_set.id IN ({wanted}) AND criteria_set.status = 'frozen')"


def _freezes() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return (table, event, rows): a set itself may be inserted as it likes; what it holds may not."""
    return [
        (table, action, rows)
        for table in _SET_OF
        for action, rows in _EVENTS.items()
        if (table, action) != ("criteria_set", "INSERT")
    ]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    for table, action, rows in _freezes():
        op.execute(
            f"CREATE TRIGGER freeze_{table}_{action.lower()} BEFORE {action} ON {table} "
            f"WHEN {_frozen(table, rows)} BEGIN SELECT RAISE(ABORT, 'set_frozen'); END",
        )
    for table in APPENDED:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER append_only_{table}_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append_only'); END",
            )


def _upgrade_postgresql() -> None:
    for table, action, rows in _freezes():
        name = f"freeze_{table}_{action.lower()}"
        back = "OLD" if action == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_frozen(table, rows)} THEN RAISE EXCEPTION 'set_frozen'; END IF; RETURN {back}; END $$",
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append_only'; END $$",
    )
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()",
        )
        op.execute(
            f"CREATE TRIGGER append_only_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPENDED:
            op.execute(f"DROP TRIGGER append_only_{table} ON {table}")
            op.execute(f"DROP TRIGGER append_only_{table}_truncate ON {table}")
        op.execute("DROP FUNCTION append_only()")
        for table, action, _rows in _freezes():
            name = f"freeze_{table}_{action.lower()}"
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        return
    for table, action, _rows in _freezes():
        op.execute(f"DROP TRIGGER freeze_{table}_{action.lower()}")
    for table in APPENDED:
        for action in ("update", "delete"):
            op.execute(f"DROP TRIGGER append_only_{table}_{action}")
