-- Incidents counted in squares of the Danish grid. Whoever sees fields of 250 m gets no finer
-- ones than that, and whoever sees roder gets no squares at all.
CREATE OR REPLACE FUNCTION raw.incident_cells(
  box geometry, since timestamptz, until timestamptz, wanted_types text[], roder bigint[],
  hours int[], wanted_m int
)
RETURNS TABLE (west int, south int, side_m int, incidents bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
  seen record;
  slot record;
  side int := wanted_m;
BEGIN
  SELECT * INTO seen FROM raw.incident_view();
  IF NOT FOUND THEN RETURN; END IF;
  IF seen.level = 'rode' THEN roder := work.roder_met(seen.place, box, roder); END IF;
  SELECT * INTO slot FROM raw.slot_hours(since, until, hours);
  IF seen.level = '250m' THEN side := greatest(250, ceil(wanted_m / 250.0) * 250); END IF;
  RETURN QUERY
    SELECT floor(ST_X(s.geom) / side)::int * side, floor(ST_Y(s.geom) / side)::int * side, side,
           count(*)
    FROM raw.incident_shown(
      seen.place, seen.level, seen.own, box, since, until, wanted_types, roder,
      true) AS s
    WHERE s.geom IS NOT NULL AND (hours IS NULL OR raw.hours_held(
      s.occurred_from, s.occurred_to, slot.base, slot.before, slot.wide))
    GROUP BY 1, 2;
END
$$;
