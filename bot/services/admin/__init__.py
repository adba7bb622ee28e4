"""Settings, rules, retention, status, subject access."""
