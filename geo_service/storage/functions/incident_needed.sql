-- What the need for presence in the evening is counted from: incidents as the caller is shown
-- them, without those that patrols found themselves, which would send the patrols back to where
-- they have been. No box and no hours are asked: everything in the caller's scope.
CREATE OR REPLACE FUNCTION raw.incident_needed(
  since timestamptz, until timestamptz, wanted_types text[]
)
RETURNS TABLE (
  crime_type text, setting text, occurred_from timestamptz, occurred_to timestamptz,
  rode_id bigint, geom geometry, seen_as text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
  seen record;
BEGIN
  SELECT * INTO seen FROM raw.incident_view();
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY
    SELECT s.crime_type, s.setting, s.occurred_from, s.occurred_to, s.rode_id, s.geom, s.seen_as
    FROM raw.incident_shown(
      seen.place, seen.level, seen.own, NULL, since, until, wanted_types, NULL, false) AS s
    ORDER BY s.occurred_from, s.occurred_to, s.crime_type, s.setting, s.rode_id,
             ST_X(s.geom), ST_Y(s.geom);
END
$$;
