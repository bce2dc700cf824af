-- What the police see of the street team's log: released notes, and of those place, evening and kind.
CREATE OR REPLACE FUNCTION raw.note_released()
RETURNS TABLE (coverage_area_id bigint, evening date, trend text, seen text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.coverage_area_id, l.evening, l.trend::text, l.seen::text FROM raw.evening_log l
  WHERE l.released_at IS NOT NULL
    AND l.municipality_code = current_setting('tryghed.municipality', true)
    AND current_setting('tryghed.role', true) = 'police'
$$;
