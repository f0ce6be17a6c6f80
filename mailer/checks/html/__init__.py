"""What the HTML of a finished mail is: who can read it, and which programs show it."""
