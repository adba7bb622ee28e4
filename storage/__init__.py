"""Tables, encryption and queries: rows in, rules models out. Only `storage.db.writer` commits."""
