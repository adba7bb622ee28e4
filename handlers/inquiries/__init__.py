"""Inquiries in Slack."""
