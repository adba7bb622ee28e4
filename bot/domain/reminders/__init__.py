"""When something is said, and how often."""
