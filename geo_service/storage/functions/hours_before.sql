-- How many hours of the slot lie before a time (in hours since 1970), parts of an hour included.
CREATE OR REPLACE FUNCTION raw.hours_before(at float8, base int, before int[])
RETURNS float8
LANGUAGE sql IMMUTABLE
AS $$
  SELECT before[floor(at)::int - base + 1] + (at - floor(at))
    * (before[floor(at)::int - base + 2] - before[floor(at)::int - base + 1])
$$;
