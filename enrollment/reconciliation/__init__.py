"""Reconciliation: a partner's roster against the members of a month, row by row."""
