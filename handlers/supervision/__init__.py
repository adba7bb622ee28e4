"""Supervision in Slack."""
