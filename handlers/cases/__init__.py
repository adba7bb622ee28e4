"""Cases in Slack."""
