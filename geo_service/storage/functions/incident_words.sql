-- What the street team is told of incidents: in words and areas. How many of each type in public
-- space there were in each rode of their own area on each day; no point and no time of day.
CREATE OR REPLACE FUNCTION raw.incident_words(since date, until date)
RETURNS TABLE (crime_type text, rode_id bigint, occurred_on date, incidents bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
  place text := nullif(current_setting('tryghed.municipality', true), '');
  hotspots text := current_setting('tryghed.hotspot_areas', true);
  own bigint[];
BEGIN
  IF place IS NULL OR current_setting('tryghed.role', true) IS DISTINCT FROM 'street_team' THEN
    RETURN;
  END IF;
  IF hotspots IS DISTINCT FROM '*' THEN
    own := work.roder_of_hotspots(place, string_to_array(coalesce(hotspots, ''), ','));
  END IF;
  RETURN QUERY
    SELECT i.crime_type::text, i.rode_id,
           (i.occurred_from AT TIME ZONE 'Europe/Copenhagen')::date, count(*)
    FROM raw.incident i
    WHERE i.municipality_code = place AND i.rode_id IS NOT NULL
      AND i.crime_type = ANY ({public_types}) AND i.setting <> 'indoor'
      AND i.occurred_from >= since::timestamp AT TIME ZONE 'Europe/Copenhagen'
      AND i.occurred_from < until::timestamp AT TIME ZONE 'Europe/Copenhagen'
      AND (own IS NULL OR i.rode_id = ANY (own))
    GROUP BY 1, 2, 3 ORDER BY 3, 2, 1;
END
$$;
