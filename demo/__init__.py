"""The demonstration: a pretend Slack, the real bot, and a short tour of what people do with it."""
