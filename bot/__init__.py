"""The application: rules, casework, and the process that serves them."""
