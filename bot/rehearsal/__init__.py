"""Stories of cases, played through the real rules, the real services and real storage (docs/guide/rehearse.md)."""
