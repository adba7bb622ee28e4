"""Counting for the weekly digest."""
