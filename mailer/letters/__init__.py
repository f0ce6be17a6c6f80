"""Letters: single mails to one person, in answer to what that person did. Knows nothing of pages."""
