"""What people type: one file a command group. The only package that prints or exits."""
