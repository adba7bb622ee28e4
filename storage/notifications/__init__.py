"""The outbox: what is owed to whom, in which message."""
