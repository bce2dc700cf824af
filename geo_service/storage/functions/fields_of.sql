-- The 250 m fields by which somebody limited to some roder (null: to none) is shown incidents.
--
-- A field that the border of those roder cuts stands for itself only where at least half of it
-- lies inside; what lies in a smaller piece is shown by the nearest field that does. So nothing
-- is placed more finely than half a field, wherever a border runs. `rode_id` is the rode at the
-- middle of the field that is shown: a word about the field, never about the incident.
CREATE OR REPLACE FUNCTION work.fields_of(place text, own bigint[], box geometry)
RETURNS TABLE (field_east int, field_north int, shown geometry, rode_id bigint)
LANGUAGE plpgsql STABLE ROWS 2000
AS $$
BEGIN
  -- made once per question: opened up by the planner it would be made for every incident
  RETURN QUERY WITH mine AS MATERIALIZED (
    SELECT a.id, a.geom, a.valid_from,
           a.valid_from <= current_date AND coalesce(a.valid_to > current_date, true) AS in_force
    FROM work.area a
    WHERE a.municipality_code = place AND a.kind = 'rode' AND (own IS NULL OR a.id = ANY (own))
  ), ground AS MATERIALIZED (
    SELECT ST_Union(geom) AS geom FROM mine WHERE in_force AND own IS NOT NULL
  ), reach AS (
    -- of all roder only what the box meets; who has a border needs all that lies within it
    SELECT floor(greatest(ST_XMin(e), ST_XMin(b)) / 250)::int AS west,
           floor(least(ST_XMax(e), ST_XMax(b)) / 250)::int AS furthest_east,
           floor(greatest(ST_YMin(e), ST_YMin(b)) / 250)::int AS south,
           floor(least(ST_YMax(e), ST_YMax(b)) / 250)::int AS furthest_north
    FROM (SELECT ST_Extent(geom)::geometry AS e, CASE WHEN own IS NULL THEN box END AS b
          FROM mine) AS extent
  ), field AS MATERIALIZED (
    SELECT x AS east, y AS north,
           ST_SetSRID(ST_MakePoint(x * 250 + 125, y * 250 + 125), 25832) AS middle,
           ST_MakeEnvelope(x * 250, y * 250, x * 250 + 250, y * 250 + 250, 25832) AS square
    FROM reach, generate_series(west, furthest_east) AS x,
         generate_series(south, furthest_north) AS y
  ), touched AS MATERIALIZED (
    SELECT f.east, f.north, f.middle,
           own IS NULL OR ST_Area(ST_Intersection(g.geom, f.square)) >= 31250 AS stands
    FROM field f, ground g
    WHERE EXISTS (SELECT FROM mine m WHERE m.geom && f.square AND ST_Intersects(m.geom, f.square))
  ), placed AS (
    SELECT t.east, t.north, CASE WHEN t.stands THEN t.middle ELSE (
             SELECT n.middle FROM touched n WHERE n.stands
             ORDER BY n.middle <-> t.middle, n.east, n.north LIMIT 1) END AS place_shown
    FROM touched t
  )
  SELECT p.east, p.north, p.place_shown, coalesce(
    (SELECT a.id FROM work.area a
     WHERE a.municipality_code = place AND a.kind = 'rode' AND ST_Intersects(a.geom, p.place_shown)
       AND a.valid_from <= current_date AND coalesce(a.valid_to > current_date, true)
       AND (own IS NULL OR a.id = ANY (own))
     ORDER BY a.valid_from DESC, a.id LIMIT 1),
    CASE WHEN own IS NOT NULL THEN (
      SELECT m.id FROM mine m WHERE m.in_force ORDER BY m.geom <-> p.place_shown, m.id LIMIT 1) END)
  FROM placed p;
END
$$;
