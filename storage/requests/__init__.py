"""What Slack repeats, and forms under way."""
