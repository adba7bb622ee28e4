"""Inquiries in and out of their tables."""
