"""The digest and the home tab."""
