"""The running process: start and stop, HTTP, schedule, periodic jobs, the shared Directory."""
