"""Corrections: what is said to the readers of an edition that was wrong. Knows nothing of pages."""
