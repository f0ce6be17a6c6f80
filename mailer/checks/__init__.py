"""What must hold of a rendered mail before it is sent."""
