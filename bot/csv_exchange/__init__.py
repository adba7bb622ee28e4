"""Cases in and out as CSV: what ICS, Framework-i or Mosaic export, and what OOB gives back (docs/guide/import.md)."""
