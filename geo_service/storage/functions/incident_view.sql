-- How the caller of this transaction sees incidents: at which level, limited to which roder.
-- No row: not at all.
CREATE OR REPLACE FUNCTION raw.incident_view(OUT place text, OUT level text, OUT own bigint[])
RETURNS SETOF record
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  caller_role text := current_setting('tryghed.role', true);
  hotspots text := current_setting('tryghed.hotspot_areas', true);
BEGIN
  place := nullif(current_setting('tryghed.municipality', true), '');
  IF place IS NULL OR caller_role IS NULL OR caller_role NOT IN ('police', 'hotspot_chief') THEN
    RETURN;
  END IF;
  IF hotspots IS DISTINCT FROM '*' THEN
    own := work.roder_of_hotspots(place, string_to_array(coalesce(hotspots, ''), ','));
  END IF;
  IF caller_role = 'police' THEN
    level := 'police';
  ELSE
    SELECT p.precision INTO level FROM raw.incident_precision p
      WHERE p.municipality_code = place ORDER BY p.id DESC LIMIT 1;
    level := coalesce(level, 'rode');
  END IF;
  RETURN NEXT;
END
$$;
