-- Incidents one by one, by the time they began; of those at the same time in an order of what is
-- shown of them, so that a place in the list tells nothing more. `skip` passes over the first ones.
CREATE OR REPLACE FUNCTION raw.incident_seen(
  box geometry, since timestamptz, until timestamptz, wanted_types text[], roder bigint[],
  hours int[], newest_first boolean, skip int, most int
)
RETURNS TABLE (
  id bigint, source_system text, source_ref text, crime_type text, setting text, found_by text,
  occurred_from timestamptz, occurred_to timestamptz, rode_id bigint, geom geometry, seen_as text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
  seen record;
  slot record;
BEGIN
  SELECT * INTO seen FROM raw.incident_view();
  IF NOT FOUND THEN RETURN; END IF;
  IF seen.level = 'rode' THEN roder := work.roder_met(seen.place, box, roder); END IF;
  SELECT * INTO slot FROM raw.slot_hours(since, until, hours);
  RETURN QUERY
    SELECT s.id, s.source_system, s.source_ref, s.crime_type, s.setting, s.found_by,
           s.occurred_from, s.occurred_to, s.rode_id, s.geom, s.seen_as
    FROM raw.incident_shown(
      seen.place, seen.level, seen.own, box, since, until, wanted_types, roder,
      true) AS s
    WHERE (hours IS NULL OR raw.hours_held(
      s.occurred_from, s.occurred_to, slot.base, slot.before, slot.wide))
    ORDER BY
      CASE WHEN newest_first THEN s.occurred_from END DESC,
      CASE WHEN NOT newest_first THEN s.occurred_from END,
      s.occurred_to, s.crime_type, s.setting, s.rode_id, ST_X(s.geom), ST_Y(s.geom), s.id
    OFFSET skip LIMIT most;
END
$$;
