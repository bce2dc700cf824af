-- A slot (hours of the week, 0 = Monday 00–01 by Copenhagen's clock) laid out over a period and
-- the week after it: `before[k]` is how many of its hours lie in the first k - 1 hours from
-- `base` (hours since 1970) on. Nulls for no slot.
CREATE OR REPLACE FUNCTION raw.slot_hours(
  since timestamptz, until timestamptz, hours int[],
  OUT base int, OUT before int[], OUT wide boolean
)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  IF hours IS NULL THEN RETURN; END IF;
  base := floor(date_part('epoch', since) / 3600);
  wide := cardinality(hours) >= 84;
  SELECT array_agg(h.reached ORDER BY h.number) INTO before FROM (
    SELECT k.number, coalesce(sum((
             (extract(isodow FROM c.clock)::int - 1) * 24 + extract(hour FROM c.clock)::int
             = ANY (hours))::int) OVER (
               ORDER BY k.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS reached
    FROM generate_series(
           0, ceil((date_part('epoch', until) - date_part('epoch', since)) / 3600)::int + 171
         ) AS k (number),
         LATERAL (SELECT to_timestamp((base + k.number) * 3600.0)
                         AT TIME ZONE 'Europe/Copenhagen' AS clock) AS c
  ) AS h;
END
$$;
