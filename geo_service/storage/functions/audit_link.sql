-- A link of the chain: the one before it, where it stands, and the hash of its entry.
CREATE OR REPLACE FUNCTION adm.audit_link(
  previous bytea, place_in_chain bigint, entry bigint, entry_at timestamptz, municipality text,
  content bytea, sealed timestamptz
)
RETURNS bytea
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT sha256(convert_to(string_agg(coalesce(octet_length(v) || ':' || v, '-'), ',' ORDER BY n),
                           'UTF8'))
  FROM unnest(ARRAY[
    'tryghed-audit-link-1',
    encode(previous, 'hex'),
    place_in_chain::text,
    entry::text,
    to_char(entry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    municipality,
    encode(content, 'hex'),
    to_char(sealed AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
  ]) WITH ORDINALITY AS part(v, n)
$$;
