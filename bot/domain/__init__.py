"""The recording guidelines as pure functions: no clock, no input or output, no framework."""
