-- The hash of an entry, and the link that is made of it: SHA-256 over a text in which every
-- value says how many bytes it has, so that no two rows have the same text.
-- geo_service/storage/audit_chain.py makes the same texts on its own.
CREATE OR REPLACE FUNCTION adm.audit_hash(e adm.audit_entry)
RETURNS bytea
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT sha256(convert_to(string_agg(coalesce(octet_length(v) || ':' || v, '-'), ',' ORDER BY n),
                           'UTF8'))
  FROM unnest(ARRAY[
    'tryghed-audit-entry-1',
    e.id::text,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    e.actor, e.role, e.action, e.object_kind, e.object_ref, e.municipality_code, e.purpose,
    e.detail::text, e.salt::text
  ]) WITH ORDINALITY AS part(v, n)
$$;
