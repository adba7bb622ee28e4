"""Periods of reports."""
