-- Incidents spread over the hours of the week in which they may have happened, 0 = Monday 00–01
-- by Copenhagen's clock: an incident between two times is a share in each hour, one in all; from
-- a week on it is spread evenly. Method and source: geo_service/analysis/aoristic.py.
--
-- Not hour by hour for each incident, but by what each begin and each end changes: in its own
-- hour (`part`) and in all hours after it (`rate`). That is two rows per incident, whatever its
-- length. `weight` of hour 168 is their number, so that both come of one reading.
CREATE OR REPLACE FUNCTION raw.incident_hours(
  box geometry, since timestamptz, until timestamptz, wanted_types text[], roder bigint[]
)
RETURNS TABLE (hour int, weight float8)
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
  IF seen.level = 'rode' THEN roder := work.roder_met(seen.place, box, roder); END IF;
  RETURN QUERY
    WITH spans AS MATERIALIZED (
      SELECT date_part('epoch', s.occurred_from) / 3600 AS first,
             date_part('epoch', s.occurred_to) / 3600 AS last
      FROM raw.incident_shown(
        seen.place, seen.level, seen.own, box, since, until, wanted_types, roder,
        true) AS s
    ), changes AS (
      SELECT floor(first) AS at, 1::float8 AS part, 0::float8 AS rate FROM spans
      WHERE last = first
      UNION ALL
      SELECT floor(e.time), e.sign * (floor(e.time) + 1 - e.time) / (last - first),
             e.sign / (last - first)
      FROM spans, LATERAL (VALUES (first, 1), (last, -1)) AS e (time, sign)
      WHERE last > first AND last - first < 168
    ), steps AS (
      SELECT at, sum(part) AS part, sum(rate) AS rate FROM changes GROUP BY at
    ), clock AS (
      SELECT h.at, coalesce(s.part, 0) + coalesce(sum(s.rate) OVER (
               ORDER BY h.at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS weight
      FROM (SELECT generate_series(min(at)::bigint, max(at)::bigint) AS at FROM steps) AS h
      LEFT JOIN steps s ON s.at = h.at
    ), weeks AS (
      SELECT (extract(isodow FROM t.clock)::int - 1) * 24 + extract(hour FROM t.clock)::int AS hour,
             sum(c.weight) AS weight
      FROM clock c, LATERAL (
        SELECT to_timestamp(c.at * 3600) AT TIME ZONE 'Europe/Copenhagen' AS clock) AS t
      GROUP BY 1
    )
    SELECT h, greatest(coalesce(w.weight, 0), 0) + coalesce(l.n, 0)
    FROM generate_series(0, 167) AS h
    LEFT JOIN weeks w ON w.hour = h
    CROSS JOIN (SELECT count(*)::float8 / 168 AS n FROM spans WHERE last - first >= 168) AS l
    UNION ALL
    SELECT 168, count(*)::float8 FROM spans;
END
$$;
