"""What a finished mail is as a whole: its size, its plain text, and what goes over the wire."""
