"""Approval: that somebody else than who put it up said yes to exactly what is sent, and to whom."""
