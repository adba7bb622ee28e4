"""Inquiries (§2): facts, search, the shared Directory."""
