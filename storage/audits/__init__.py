"""Audits in and out of their tables."""
