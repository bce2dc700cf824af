-- The roder of hotspot areas (every edition of them), as members themselves or through a district.
CREATE OR REPLACE FUNCTION work.roder_of_hotspots(place text, hotspots text[])
RETURNS bigint[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH now_in AS (
    SELECT m.member_kind, m.member_code, m.group_kind, m.group_code FROM work.membership m
    WHERE m.municipality_code = place AND m.valid_from <= current_date
      AND (m.valid_to IS NULL OR m.valid_to > current_date)
  ), members AS (
    SELECT member_kind, member_code FROM now_in
    WHERE group_kind = 'hotspot_area' AND group_code = ANY (hotspots)
  ), codes AS (
    SELECT member_code AS code FROM members WHERE member_kind = 'rode'
    UNION
    SELECT n.member_code FROM now_in n JOIN members m
      ON n.group_kind = m.member_kind AND n.group_code = m.member_code
    WHERE n.member_kind = 'rode'
  )
  SELECT coalesce(array_agg(a.id), '{}') FROM work.area a
  WHERE a.municipality_code = place AND a.kind = 'rode' AND a.code IN (SELECT code FROM codes)
$$;
