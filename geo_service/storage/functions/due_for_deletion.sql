-- How many rows of a kind are older than a moment: what a shorter period would delete, told to the
-- administration before it chooses one. A number and nothing else; the rules are those by which
-- `storage/retention.py` deletes.
CREATE OR REPLACE FUNCTION adm.due_for_deletion(kind text, place text, before timestamptz)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := nullif(current_setting('tryghed.municipality', true), '');
  day date := (before AT TIME ZONE 'Europe/Copenhagen')::date;
BEGIN
  IF current_setting('tryghed.role', true) IS DISTINCT FROM 'admin' OR own IS DISTINCT FROM place
     AND own IS NOT NULL THEN
    RAISE EXCEPTION 'outside the scope of the caller' USING ERRCODE = '42501';
  END IF;
  RETURN CASE kind
    WHEN 'incidents' THEN
      (SELECT count(*) FROM raw.incident WHERE municipality_code = place AND occurred_from < before)
    WHEN 'observations' THEN
      (SELECT count(*) FROM raw.evening_log WHERE municipality_code = place AND evening < day)
    WHEN 'plans' THEN
      (SELECT count(*) FROM raw.plan_assignment WHERE municipality_code = place
         AND (evening < day OR evening_plan_id IN
           (SELECT id FROM raw.evening_plan WHERE last_evening < day)))
      + (SELECT count(*) FROM raw.commitment WHERE municipality_code = place
           AND (evening < day OR evening_plan_id IN
             (SELECT id FROM raw.evening_plan WHERE last_evening < day)))
      + (SELECT count(*) FROM raw.plan_amendment WHERE municipality_code = place
           AND evening_plan_id IN
             (SELECT id FROM raw.evening_plan WHERE last_evening < day))
      + (SELECT count(*) FROM raw.evening_plan WHERE municipality_code = place
           AND last_evening < day)
      + (SELECT count(*) FROM raw.plan_proposal WHERE municipality_code = place
           AND last_evening < day)
      + (SELECT count(*) FROM raw.suspension WHERE municipality_code = place AND evening < day)
      + (SELECT count(*) FROM raw.shift WHERE municipality_code = place AND evening < day)
      + (SELECT count(*) FROM raw.absence WHERE municipality_code = place AND ends_at < before)
    WHEN 'audit' THEN
      (SELECT count(*) FROM adm.audit_entry WHERE municipality_code = place AND at < before
         AND action <> 'retain')
  END;
END
$$;
