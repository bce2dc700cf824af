"""What PostgreSQL's own catalog tells everybody, and the part of it that is closed here.

A role that may read no row of a table could still read how many rows it has and how many came in
since, in the statistics and in `pg_class`, and the source of our functions in `pg_proc`. The
statistics and these columns are taken from PUBLIC in our database alone. What has to stay open,
since clients look it up (names of tables, columns and types), is said in docs/operations.md.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

HIDDEN_COLUMNS: Final = {
    "pg_class": ("reltuples", "relpages", "relallvisible", "relallfrozen"),
    "pg_proc": ("prosrc", "probin", "prosqlbody"),
}
COUNTING: Final = """
  pronamespace = 'pg_catalog'::regnamespace AND (proname LIKE 'pg\\_stat\\_get\\_%' OR proname IN (
    'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size',
    'pg_database_size', 'pg_get_functiondef', 'pg_get_function_sqlbody'))
"""
STATISTICS: Final = """
  relnamespace = 'pg_catalog'::regnamespace AND relkind = 'v'
  AND (relname LIKE 'pg\\_stat\\_%' OR relname LIKE 'pg\\_statio\\_%' OR relname LIKE 'pg\\_stats%')
"""


CLOSE: Final = """
  DO $$
  DECLARE one text;
  BEGIN
    FOR one IN SELECT oid::regprocedure FROM pg_proc WHERE {counting}
    LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one); END LOOP;
    FOR one IN SELECT quote_ident(relname) FROM pg_class WHERE {statistics}
    LOOP EXECUTE format('REVOKE ALL ON pg_catalog.%s FROM PUBLIC', one); END LOOP;
    {tables}
  END $$
"""
CLOSE_COLUMNS: Final = """
    REVOKE SELECT ON pg_catalog.{table} FROM PUBLIC;
    EXECUTE (
      SELECT format('GRANT SELECT (%s) ON pg_catalog.{table} TO PUBLIC',
                    string_agg(quote_ident(attname), ', ' ORDER BY attnum))
      FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0
        AND NOT attisdropped AND attname NOT IN ({names}));
"""


def close_catalog(connection: Connection) -> None:
    """Take from PUBLIC what tells of rows and sources; a user who may not changes nothing.

    Whether it is closed is asked again before anybody is served (`open_parts`).
    """
    try:
        connection.exec_driver_sql(_closing().replace("%", "%%"))
    except ProgrammingError as error:
        if "permission denied" not in str(error):
            raise


def open_parts(session: Session) -> list[str]:
    """Return the parts of the catalog that the session's role can read although they tell."""
    columns = " UNION ALL ".join(
        f"SELECT '{table}.' || attname FROM pg_attribute WHERE attrelid = '{table}'::regclass"  # noqa: S608
        f" AND attname IN ({', '.join(map(repr, names))})"
        " AND has_column_privilege(attrelid, attnum, 'SELECT')"
        for table, names in HIDDEN_COLUMNS.items()
    )
    query = f"""
        {columns}
        UNION ALL SELECT relname FROM pg_class
        WHERE {STATISTICS} AND has_table_privilege(oid, 'SELECT')
        UNION ALL SELECT proname FROM pg_proc
        WHERE {COUNTING} AND has_function_privilege(oid, 'EXECUTE')
        ORDER BY 1
    """  # noqa: S608
    return list(session.scalars(text(query)))


def _closing() -> str:
    """Return one block, which is done whole or not at all."""
    tables = "".join(
        CLOSE_COLUMNS.format(table=table, names=", ".join(map(repr, names)))
        for table, names in HIDDEN_COLUMNS.items()
    )
    return CLOSE.format(counting=COUNTING, statistics=STATISTICS, tables=tables)
