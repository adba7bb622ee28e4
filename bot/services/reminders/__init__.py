"""What is asked of whom, and what is said about it."""
