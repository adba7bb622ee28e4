"""Papers that people take away: files made from what casework gathered, knowing neither Slack nor the database."""
