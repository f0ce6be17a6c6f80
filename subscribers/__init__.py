"""Who may be written to, and the store that everything else hangs its facts on."""
