-- Where the police have agreed to be while the caller's street team is at the same place: a joint
-- visit has two sides. Place, times and form of that, and nothing else of the police's plan.
CREATE OR REPLACE FUNCTION raw.police_beside(on_evening date)
RETURNS TABLE (
  id bigint, coverage_area_id bigint, starts_at timestamptz, ends_at timestamptz, form text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT DISTINCT p.id, p.coverage_area_id, p.starts_at, p.ends_at, p.form::text
  FROM raw.commitment c
  JOIN raw.evening_plan e ON e.id = c.evening_plan_id AND e.state IN ('agreed', 'in_force')
  JOIN raw.coverage_area v ON v.id = c.coverage_area_id
  LEFT JOIN raw.team t ON t.id = c.team_id
  JOIN raw.commitment p
    ON p.evening_plan_id = c.evening_plan_id AND p.coverage_area_id = c.coverage_area_id
    AND p.evening = c.evening AND p.starts_at < c.ends_at AND c.starts_at < p.ends_at
  WHERE current_setting('tryghed.role', true) = 'street_team'
    AND c.municipality_code = current_setting('tryghed.municipality', true)
    AND c.evening = on_evening
    AND c.agency = 'street_team' AND c.removed_at IS NULL
    AND p.agency = 'police' AND p.removed_at IS NULL AND p.form <> 'on_call'
    AND (
      t.code = nullif(current_setting('tryghed.team', true), '')
      OR c.team_id IS NULL AND (
        current_setting('tryghed.hotspot_areas', true) = '*'
        OR v.hotspot_area_code = ANY (string_to_array(
          current_setting('tryghed.hotspot_areas', true), ','))
      )
    )
$$;
