-- What users of PostGraphile add to a database: functions that it makes fields of, for what its own fields do not say.
-- Both are inlined, so that the LIMIT of a page reaches the index.

CREATE OR REPLACE FUNCTION overdue_predictions() RETURNS SETOF prediction LANGUAGE sql STABLE AS $$
  SELECT * FROM prediction p
  WHERE (p.status = 'OPEN' OR p.status = 'PROPOSED') AND coalesce(p.due_on, p.review_on) < current_date AND p.due_on IS NOT NULL
  ORDER BY coalesce(p.due_on, p.review_on), p.id
$$;

-- The words as PostgreSQL searches for them: all of them, those of three letters and more also as beginnings.
CREATE OR REPLACE FUNCTION prefix_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsquery('simple', string_agg(quote_literal(word[1]) || CASE WHEN length(word[1]) >= 3 THEN ':*' ELSE '' END, ' & '))
  FROM regexp_matches(lower(words), '[[:alnum:]]+', 'g') AS word
$$;
COMMENT ON FUNCTION prefix_query(text) IS E'@behavior -*';

-- The entries are sorted before their claims are looked up, so that a page looks up no more claims than it shows.
CREATE OR REPLACE FUNCTION search_claims(words text) RETURNS SETOF claim LANGUAGE sql STABLE AS $$
  SELECT c.* FROM (
    SELECT e.position, e.record_id FROM search_entry e
    WHERE to_tsvector('simple'::regconfig, e.words) @@ prefix_query(search_claims.words) AND e.kind = 'CLAIM'
    ORDER BY e.position DESC
  ) found CROSS JOIN LATERAL (SELECT * FROM claim WHERE claim.id = found.record_id OFFSET 0) c
  ORDER BY found.position DESC
$$;
