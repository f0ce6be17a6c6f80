"""The built-in inbox: an SMTP server that takes everything, a folder to keep it, pages to read it.

Knows nothing of campaigns or subscribers: it sees mail as a relay would.
"""
