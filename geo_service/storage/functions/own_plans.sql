-- The evening plans in which the caller's team stands, or the street team of the caller's hotspot
-- areas. A function, since the walls of a plan and those of its lines would else ask each other
-- without end.
CREATE OR REPLACE FUNCTION raw.own_plans()
RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.evening_plan_id
  FROM raw.plan_assignment a JOIN raw.team t ON t.id = a.team_id
  WHERE a.municipality_code = current_setting('tryghed.municipality', true)
    AND t.municipality_code = a.municipality_code
    AND t.code = nullif(current_setting('tryghed.team', true), '')
  UNION
  SELECT c.evening_plan_id
  FROM raw.commitment c
  JOIN raw.coverage_area v ON v.id = c.coverage_area_id
  LEFT JOIN raw.team t ON t.id = c.team_id
  WHERE c.municipality_code = current_setting('tryghed.municipality', true)
    AND c.agency = 'street_team'
    AND c.removed_at IS NULL
    AND (
      t.code = nullif(current_setting('tryghed.team', true), '')
      OR c.team_id IS NULL AND (
        current_setting('tryghed.hotspot_areas', true) = '*'
        OR v.hotspot_area_code = ANY (string_to_array(
          current_setting('tryghed.hotspot_areas', true), ','))
      )
    )
$$;
