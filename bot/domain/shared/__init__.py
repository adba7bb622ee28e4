"""What every area needs: references, days, text, privacy, obligations as a value."""
