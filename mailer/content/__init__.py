"""Editions and packs as folders of Markdown: read, checked, held as values. Knows nothing of their look."""
