"""The application: what is said, how it leaves, what comes back."""
