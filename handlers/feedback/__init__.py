"""Feedback in Slack."""
