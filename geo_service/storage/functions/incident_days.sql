-- The first and the last day of the incidents that a municipality holds: days, of all its
-- incidents alike, so that somebody who sees few of them knows how far back "earlier" goes.
CREATE OR REPLACE FUNCTION raw.incident_days(OUT first_day date, OUT last_day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  seen record;
BEGIN
  SELECT * INTO seen FROM raw.incident_view();
  IF NOT FOUND THEN RETURN; END IF;
  SELECT (min(i.occurred_from) AT TIME ZONE 'Europe/Copenhagen')::date,
         (max(i.occurred_from) AT TIME ZONE 'Europe/Copenhagen')::date
    INTO first_day, last_day
    FROM raw.incident i WHERE i.municipality_code = seen.place;
END
$$;
