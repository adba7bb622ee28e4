"""Digests, worklists and the home tab."""
