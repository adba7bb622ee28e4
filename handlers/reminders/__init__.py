"""Reminders and what is due, in Slack."""
