"""Feedback to professionals and meetings (§7)."""
