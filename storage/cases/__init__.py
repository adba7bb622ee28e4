"""Cases in and out of their tables."""
