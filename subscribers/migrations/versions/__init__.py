"""The revisions. A revision that has been released is never edited: the next one says what changes."""
