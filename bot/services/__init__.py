"""What people do: a function per thing done, in an open transaction, knowing neither Slack nor SQL."""
