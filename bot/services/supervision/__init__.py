"""What people do in and about supervision."""
