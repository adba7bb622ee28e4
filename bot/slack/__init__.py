"""The connection to Slack: the Bolt app, Socket Mode, the Web API client."""
