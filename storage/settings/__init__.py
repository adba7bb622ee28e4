"""Settings of a team, legal holds, versions of the rules."""
