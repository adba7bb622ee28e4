"""Tables, encryption and queries: rows in, domain models out. Only `storage.db.writer` commits."""
