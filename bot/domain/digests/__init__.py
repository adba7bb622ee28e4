"""The weekly digest, and what happened on a case."""
