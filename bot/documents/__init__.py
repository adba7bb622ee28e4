"""Papers that people take away: files made from what the services gathered, knowing neither Slack nor the database."""
