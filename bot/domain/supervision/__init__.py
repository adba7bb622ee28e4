"""Sessions, agendas, decisions and minutes (§6)."""
