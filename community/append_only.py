"""The database itself refuses to change the activity log: triggers, put up by a migration in both databases.

A line may lose what says who somebody is (its actor becomes nobody, its label and words of its details become empty),
because people may leave. It never says something else, and it never goes. A later migration that rebuilds the table
in SQLite (as `AlterField` does) must call `guards_up` again.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "the activity log is only added to"
FIXED = (
    "id",
    "verb",
    "target_type",
    "target_id",
    "process_id",
    "document_id",
    "via",
    "created_at",
)

_SQLITE_UPDATE = """
CREATE TRIGGER community_activity_no_update BEFORE UPDATE ON community_activity
WHEN {fixed}
  OR (NEW.actor_id IS NOT OLD.actor_id AND NEW.actor_id IS NOT NULL)
  OR (NEW.target_label IS NOT OLD.target_label AND NEW.target_label IS NOT '')
  OR (SELECT COUNT(*) FROM json_each(NEW.details)) <> (SELECT COUNT(*) FROM json_each(OLD.details))
  OR EXISTS (
    SELECT 1 FROM json_each(NEW.details) AS n LEFT JOIN json_each(OLD.details) AS o ON o.key = n.key
    WHERE o.key IS NULL OR (n.value IS NOT o.value AND n.value IS NOT '')
  )
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_SQLITE_DELETE = """
CREATE TRIGGER community_activity_no_delete BEFORE DELETE ON community_activity
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION community_activity_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'UPDATE' AND NOT (
    {fixed}
    OR (NEW.actor_id IS DISTINCT FROM OLD.actor_id AND NEW.actor_id IS NOT NULL)
    OR (NEW.target_label <> OLD.target_label AND NEW.target_label <> '')
    OR EXISTS (
      SELECT 1 FROM jsonb_each(NEW.details) AS n FULL JOIN jsonb_each(OLD.details) AS o USING (key)
      WHERE n.value IS DISTINCT FROM o.value AND (o.value IS NULL OR n.value IS DISTINCT FROM '""'::jsonb)
    )
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
END
$guard$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER community_activity_guard BEFORE UPDATE OR DELETE ON community_activity
FOR EACH ROW EXECUTE FUNCTION community_activity_guard()
"""


def _statements_up(vendor: str) -> list[str]:
    if vendor == "postgresql":
        fixed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
        found = [_POSTGRES_FUNCTION.format(fixed=fixed, message=MESSAGE), _POSTGRES_TRIGGER]
    else:
        fixed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
        found = [
            _SQLITE_UPDATE.format(fixed=fixed, message=MESSAGE),
            _SQLITE_DELETE.format(message=MESSAGE),
        ]
    return [*_statements_down(vendor), *found]


def _statements_down(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return ["DROP TRIGGER IF EXISTS community_activity_guard ON community_activity"]
    return [
        "DROP TRIGGER IF EXISTS community_activity_no_update",
        "DROP TRIGGER IF EXISTS community_activity_no_delete",
    ]


def while_emptied(execute, sql, params, many, context):
    """Let one statement through, for `flush` in SQLite: the guard is down around it, in the transaction it runs in."""
    if not sql.startswith('DELETE FROM "community_activity"'):
        return execute(sql, params, many, context)
    execute("DROP TRIGGER IF EXISTS community_activity_no_delete", None, False, context)
    result = execute(sql, params, many, context)
    execute(_SQLITE_DELETE.format(message=MESSAGE), None, False, context)
    return result


def guards_up(_apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers up (again)."""
    for statement in _statements_up(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def guards_down(_apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: before the table is changed, or in tests that empty it."""
    for statement in _statements_down(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)
