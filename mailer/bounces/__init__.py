"""What came back: what a mail says, who it is about, and what follows from it."""
