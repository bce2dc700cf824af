-- What the need for presence in the evening is counted from: incidents as the caller is shown
-- them, without those that patrols found themselves, which would send the patrols back to where
-- they have been. No box and no hours are asked: everything in the caller's scope.
--
-- Burglary, and theft out of doors, count only where the police have said so, and then by the rode
-- alone, whatever the precision: that is all that others are told of them.
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
  IF seen.level = 'police' THEN RETURN; END IF;
  RETURN QUERY
    SELECT i.crime_type::text, i.setting::text, i.occurred_from, i.occurred_to, i.rode_id,
           NULL::geometry, 'rode'
    FROM raw.incident i
    JOIN (
      SELECT p.indbrud_in_need, p.tyveri_in_need FROM raw.police_choice p
      WHERE p.municipality_code = seen.place ORDER BY p.id DESC LIMIT 1
    ) AS chosen ON (chosen.indbrud_in_need AND i.crime_type = 'indbrud')
                OR (chosen.tyveri_in_need AND i.crime_type = 'tyveri' AND i.setting <> 'indoor')
    WHERE i.municipality_code = seen.place AND i.found_by <> 'patrol'
      AND i.occurred_from >= since AND i.occurred_from < until
      AND i.crime_type = ANY (wanted_types)
      AND (seen.own IS NULL OR i.rode_id = ANY (seen.own))
    ORDER BY i.occurred_from, i.occurred_to, i.crime_type, i.setting, i.rode_id;
END
$$;
