"""Editions as folders of Markdown: read, checked, and held as values. Knows nothing of how they look."""
