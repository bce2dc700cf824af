-- The roder (every edition) that a box meets, of those asked for. Whoever is shown roder asks by
-- roder: a box, however small, stands for the whole of each rode that it touches.
CREATE OR REPLACE FUNCTION work.roder_met(place text, box geometry, roder bigint[])
RETURNS bigint[]
LANGUAGE sql STABLE
AS $$
  SELECT CASE WHEN box IS NULL THEN roder ELSE (
    SELECT coalesce(array_agg(a.id), '{}') FROM work.area a
    WHERE a.municipality_code = place AND a.kind = 'rode' AND ST_Intersects(a.geom, box)
      AND (roder IS NULL OR a.id = ANY (roder))) END
$$;
