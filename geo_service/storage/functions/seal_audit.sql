-- Chain the entries that are committed and not sealed yet, in the order of their numbers.
--
-- One sealer at a time: the lock is held until the commit, and in READ COMMITTED each statement
-- after it sees what the sealer before has committed. A stale snapshot could not fork the chain
-- either (position and entry are unique), but it is refused by name. A sealer that is killed
-- leaves nothing behind. An entry that is committed late has a lower number and a later place.
CREATE OR REPLACE FUNCTION adm.seal_audit(most int DEFAULT 5000)
RETURNS TABLE (sealed int, head_position bigint, head_hash bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e adm.audit_entry;
  head bytea;
  place bigint;
  content bytea;
  now_at timestamptz := clock_timestamp();
  entries bigint[] := '{}';
  moments timestamptz[] := '{}';
  places text[] := '{}';
  contents bytea[] := '{}';
  hashes bytea[] := '{}';
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the audit is sealed in READ COMMITTED only' USING ERRCODE = '25001';
  END IF;
  PERFORM pg_advisory_xact_lock({audit_lock});
  SELECT s.position, s.hash INTO place, head
    FROM adm.audit_seal s ORDER BY s.position DESC LIMIT 1;
  place := coalesce(place, 0);
  head := coalesce(head, decode(repeat('00', 32), 'hex'));

  FOR e IN SELECT * FROM adm.audit_entry a WHERE NOT a.is_sealed ORDER BY a.id LIMIT most
  LOOP
    content := adm.audit_hash(e);
    head := adm.audit_link(head, place + 1 + cardinality(entries), e.id, e.at,
                           e.municipality_code, content, now_at);
    entries := entries || e.id;
    moments := moments || e.at;
    places := places || e.municipality_code::text;
    contents := contents || content;
    hashes := hashes || head;
  END LOOP;

  IF cardinality(entries) > 0 THEN
    INSERT INTO adm.audit_seal
        (position, entry_id, entry_at, municipality_code, content_hash, hash, sealed_at)
      SELECT place + u.n, u.entry, u.moment, u.municipality, u.content, u.link, now_at
      FROM unnest(entries, moments, places, contents, hashes)
        WITH ORDINALITY AS u(entry, moment, municipality, content, link, n);
    UPDATE adm.audit_entry a SET is_sealed = true WHERE a.id = ANY (entries);
  END IF;
  RETURN QUERY SELECT cardinality(entries), place + cardinality(entries), head;
END
$$;
