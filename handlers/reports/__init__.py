"""Reports in Slack."""
