-- What the police see of presence that was logged: of released notes, who was where and how long.
CREATE OR REPLACE FUNCTION raw.presence_given()
RETURNS TABLE (
  coverage_area_id bigint, agency text, evening date, arrived_at timestamptz, minutes integer
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.coverage_area_id, t.agency::text, l.evening, l.arrived_at, l.minutes
  FROM raw.evening_log l JOIN raw.team t ON t.id = l.team_id
  WHERE l.released_at IS NOT NULL
    AND l.municipality_code = current_setting('tryghed.municipality', true)
    AND current_setting('tryghed.role', true) = 'police'
$$;
