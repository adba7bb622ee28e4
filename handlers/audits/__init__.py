"""Audits in Slack."""
