"""Counting for reports."""
