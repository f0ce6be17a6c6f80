"""How the tables came to be, one revision a file; run through `subscribers.database.Database.migrate`."""
