"""Articles that partners offer, how they become drafts of an edition, and who signed an article off."""
