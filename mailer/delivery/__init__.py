"""A campaign: one edition to one frozen audience, each delivery on record from queued to answered."""
