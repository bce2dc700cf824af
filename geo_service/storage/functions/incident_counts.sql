-- How many incidents per type, rode and period. Period 0 is the `days` days before `last_day`
-- (exclusive, by Copenhagen's calendar), 1 the same number before that, and so on.
CREATE OR REPLACE FUNCTION raw.incident_counts(
  box geometry, since timestamptz, until timestamptz, wanted_types text[], roder bigint[],
  hours int[], last_day date, days int
)
RETURNS TABLE (crime_type text, rode_id bigint, period int, incidents bigint)
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
    SELECT s.crime_type, s.rode_id,
           (last_day - 1 - (s.occurred_from AT TIME ZONE 'Europe/Copenhagen')::date) / days,
           count(*)
    FROM raw.incident_shown(
      seen.place, seen.level, seen.own, box, since, until, wanted_types, roder,
      true) AS s
    WHERE (hours IS NULL OR raw.hours_held(
      s.occurred_from, s.occurred_to, slot.base, slot.before, slot.wide))
    GROUP BY 1, 2, 3;
END
$$;
