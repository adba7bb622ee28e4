"""Cases, their episodes, referrals and records (§2, §3)."""
