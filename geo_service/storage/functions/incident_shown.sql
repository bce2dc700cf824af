-- Incidents as one caller may see them: the one place where the declared scope and the precision
-- that the police set are applied. Nobody who logs in may call it; `incident_seen`, `_counts`,
-- `_cells`, `_hours` and `_needed` do, and ask for box, area and hours of what is *shown* alone. Whatever
-- somebody asks, and however often, the answer therefore depends on the place of an incident
-- only through what is shown of it: its rode, its field of 250 m, or its point. `patrols` false
-- leaves out what patrols found themselves; who found a single one is told to the police alone.
--
-- Written in plain SQL, so that the planner opens it up and uses the indexes of raw.incident.
CREATE OR REPLACE FUNCTION raw.incident_shown(
  place text, level text, own bigint[],
  box geometry, since timestamptz, until timestamptz, wanted_types text[], roder bigint[],
  patrols boolean
)
RETURNS TABLE (
  id bigint, source_system text, source_ref text, crime_type text, setting text, found_by text,
  occurred_from timestamptz, occurred_to timestamptz, rode_id bigint, geom geometry, seen_as text
)
LANGUAGE sql STABLE
AS $$
  -- the police: everything, at the point
  SELECT i.id, i.source_system::text, i.source_ref, i.crime_type::text, i.setting::text,
         i.found_by::text, i.occurred_from, i.occurred_to, i.rode_id, i.geom, 'point'
  FROM raw.incident i
  WHERE level = 'police' AND i.municipality_code = place
    AND i.occurred_from >= since AND i.occurred_from < until AND i.crime_type = ANY (wanted_types)
    AND (patrols OR i.found_by <> 'patrol')
    AND (box IS NULL OR i.geom && box AND ST_Intersects(box, i.geom))
    AND (own IS NULL OR i.rode_id = ANY (own)) AND (roder IS NULL OR i.rode_id = ANY (roder))
  UNION ALL
  -- others at the point: types in public space, out of doors, without number and finder
  SELECT NULL, NULL, NULL, i.crime_type::text, i.setting::text, NULL,
         i.occurred_from, i.occurred_to, i.rode_id, i.geom, 'point'
  FROM raw.incident i
  WHERE level = 'point' AND i.municipality_code = place
    AND i.crime_type = ANY ({public_types}) AND i.setting <> 'indoor'
    AND i.occurred_from >= since AND i.occurred_from < until AND i.crime_type = ANY (wanted_types)
    AND (patrols OR i.found_by <> 'patrol')
    AND (box IS NULL OR i.geom && box AND ST_Intersects(box, i.geom))
    AND (own IS NULL OR i.rode_id = ANY (own)) AND (roder IS NULL OR i.rode_id = ANY (roder))
  UNION ALL
  -- the rode: a box has become the roder that it meets (work.roder_met), each of them whole
  SELECT NULL, NULL, NULL, i.crime_type::text, i.setting::text, NULL,
         i.occurred_from, i.occurred_to, i.rode_id, NULL, 'rode'
  FROM raw.incident i
  WHERE level = 'rode' AND i.municipality_code = place
    AND i.crime_type = ANY ({public_types}) AND i.setting <> 'indoor'
    AND i.occurred_from >= since AND i.occurred_from < until AND i.crime_type = ANY (wanted_types)
    AND (patrols OR i.found_by <> 'patrol')
    AND (own IS NULL OR i.rode_id = ANY (own)) AND (roder IS NULL OR i.rode_id = ANY (roder))
  UNION ALL
  -- the field of 250 m: box and area ask for the middle of what is shown
  SELECT NULL, NULL, NULL, i.crime_type::text, i.setting::text, NULL,
         i.occurred_from, i.occurred_to, f.rode_id, f.shown,
         CASE WHEN f.shown IS NULL THEN 'rode' ELSE '250m' END
  FROM raw.incident i
  LEFT JOIN work.fields_of(place, own, box) AS known
    ON known.field_east = floor(ST_X(i.geom) / 250)::int
   AND known.field_north = floor(ST_Y(i.geom) / 250)::int
  CROSS JOIN LATERAL (
    SELECT CASE WHEN own IS NOT NULL THEN known.shown ELSE ST_SetSRID(ST_MakePoint(
             floor(ST_X(i.geom) / 250) * 250 + 125, floor(ST_Y(i.geom) / 250) * 250 + 125), 25832)
           END AS shown,
           CASE WHEN own IS NOT NULL AND known.shown IS NULL THEN i.rode_id ELSE known.rode_id
           END AS rode_id
  ) AS f
  WHERE level = '250m' AND i.municipality_code = place
    AND i.crime_type = ANY ({public_types}) AND i.setting <> 'indoor'
    AND i.occurred_from >= since AND i.occurred_from < until AND i.crime_type = ANY (wanted_types)
    AND (patrols OR i.found_by <> 'patrol')
    AND (own IS NULL OR i.rode_id = ANY (own)) AND (roder IS NULL OR f.rode_id = ANY (roder))
    AND (box IS NULL OR ST_Intersects(box, f.shown)
      -- whole fields, so that not even the time it takes tells more
      AND (own IS NOT NULL OR i.geom && ST_MakeEnvelope(
        floor(ST_XMin(box) / 250) * 250, floor(ST_YMin(box) / 250) * 250,
        ceil(ST_XMax(box) / 250) * 250, ceil(ST_YMax(box) / 250) * 250, 25832)))
$$;
