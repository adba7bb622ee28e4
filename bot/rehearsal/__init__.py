"""Stories of cases, played through the real rules, the real casework and real storage (docs/guide/rehearse.md)."""
