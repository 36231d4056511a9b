-- What a user of Datasette adds to a file: a view, because datasette-graphql follows foreign keys only, and search_entry has none.
CREATE VIEW IF NOT EXISTS found_claim AS
  SELECT e.position, c.id, c.statement, c.kind FROM search_entry e JOIN claim c ON c.id = e.record_id WHERE e.kind = 'CLAIM';
