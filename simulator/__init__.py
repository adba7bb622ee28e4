"""A pretend Slack workspace: Web API, Socket Mode and signed HTTP delivery, and people who act in it.

It knows nothing of the bot; they meet over HTTP and WebSocket, as with Slack. Any Bolt app runs against it.
"""
