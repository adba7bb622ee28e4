"""Audits of new referrals: samples, forms, findings, small numbers."""
