"""The database: engine, transactions, the writer, the audit log."""
