"""When things go out. Knows dates; knows nothing of mail."""
