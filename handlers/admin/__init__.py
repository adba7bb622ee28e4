"""Administration and help in Slack."""
