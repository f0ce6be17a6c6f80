"""Content and templates become mail: HTML, text and subject with personal slots.

Knows nothing of recipients.
"""
