"""Obligations, and what was said about them."""
