-- Delete what the audit says of one municipality (null: of none) from before a moment.
--
-- The links stay, and say which run removed their entry: the chain can be followed as before.
-- What a deletion wrote of itself (`retain`) is kept, since it is what vouches for the gap.
-- Nothing of the last 30 days goes, whatever is asked.
CREATE OR REPLACE FUNCTION adm.forget_audit(
  place text, before timestamptz, on_day date, by_whom text
)
RETURNS TABLE (run_id bigint, deleted int, remaining int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  scope text := current_setting('tryghed.municipalities', true);
  gone bigint[];
  run bigint;
  fresh int;
  older int;
BEGIN
  IF scope IS DISTINCT FROM '*'
     AND (place IS NULL OR NOT place = ANY (string_to_array(coalesce(scope, ''), ','))) THEN
    RAISE EXCEPTION 'outside the scope of the job' USING ERRCODE = '42501';
  END IF;
  -- the cut-off is a midnight in Copenhagen, so a change of the clock may lie in between
  IF before > now() - interval '{audit_days} days' + interval '2 hours' THEN
    RAISE EXCEPTION 'entries of the last {audit_days} days are kept' USING ERRCODE = '22023';
  END IF;
  LOOP  -- what is not in the chain yet must be, before it may go
    SELECT s.sealed INTO fresh FROM adm.seal_audit() s;
    EXIT WHEN fresh = 0;
  END LOOP;
  INSERT INTO adm.retention_run
      (municipality_code, kind, as_of, cut_off, deleted, remaining_older, actor)
    VALUES (place, 'audit', on_day, before, 0, 0, by_whom) RETURNING id INTO run;
  WITH removed AS (
    DELETE FROM adm.audit_entry e USING adm.audit_seal s
    WHERE s.entry_id = e.id AND e.is_sealed AND e.at < before AND e.action <> 'retain'
      AND e.municipality_code IS NOT DISTINCT FROM place
    RETURNING e.id
  ) SELECT coalesce(array_agg(r.id), '{}') INTO gone FROM removed r;
  UPDATE adm.audit_seal s SET retention_run_id = run WHERE s.entry_id = ANY (gone);
  SELECT count(*) INTO older FROM adm.audit_entry e
    WHERE e.at < before AND e.action <> 'retain' AND e.municipality_code IS NOT DISTINCT FROM place;
  UPDATE adm.retention_run r SET deleted = cardinality(gone), remaining_older = older
    WHERE r.id = run;
  RETURN QUERY SELECT run, cardinality(gone), older;
END
$$;
