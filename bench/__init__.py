"""What the README claims about speed, one command each."""
