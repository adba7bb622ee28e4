"""What people do with inquiries."""
