"""The command line: what each `oob` sub-command does."""
