"""Supervision sessions in and out of their table."""
