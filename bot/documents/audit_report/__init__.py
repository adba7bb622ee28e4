"""The committee's report on an audit."""
