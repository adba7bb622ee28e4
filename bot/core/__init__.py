"""What every part of the process shares: settings, request context, logging, metrics."""
