-- What to call somebody who changed something: the name of an account, for those who share a
-- municipality with it; the administration may name everybody.
CREATE OR REPLACE FUNCTION adm.actor_name(actor text)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.name FROM adm.user_account a
  WHERE 'user:' || a.id = actor
    AND (session_user = 'web_auth' OR EXISTS (
      SELECT FROM adm.user_right r
      WHERE r.user_id = a.id
        AND (r.municipality_code IS NULL
          OR r.municipality_code = current_setting('tryghed.municipality', true))))
$$;
