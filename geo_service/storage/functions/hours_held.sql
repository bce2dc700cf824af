-- Whether at least half of the time in which something may have happened lies in a slot; elapsed
-- time, as in aoristic weights. From a week on, `wide` decides: whether the slot is half the week.
--
-- `before` and `base` come of raw.slot_hours, made once per question: an incident costs two
-- look-ups, however long it lasted. Plain SQL that the planner opens up.
CREATE OR REPLACE FUNCTION raw.hours_held(
  since timestamptz, until timestamptz, base int, before int[], wide boolean
)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN until - since >= interval '168 hours' THEN wide
    WHEN until = since THEN
      before[floor(date_part('epoch', since) / 3600)::int - base + 2]
      > before[floor(date_part('epoch', since) / 3600)::int - base + 1]
    ELSE raw.hours_before(date_part('epoch', until) / 3600, base, before)
         - raw.hours_before(date_part('epoch', since) / 3600, base, before)
         >= (date_part('epoch', until) - date_part('epoch', since)) / 7200
  END
$$;
