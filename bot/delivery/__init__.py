"""Sending what the outbox holds: when, by which call, and what became of it."""
