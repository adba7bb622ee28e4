"""Feedback in and out of its table."""
