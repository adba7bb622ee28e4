"""Pure builders: results in, messages and views out."""
