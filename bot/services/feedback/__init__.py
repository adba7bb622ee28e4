"""What people do with feedback."""
