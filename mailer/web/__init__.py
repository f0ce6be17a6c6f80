"""What is read in a browser, and how it is served. Knows nothing of how mail is sent."""
