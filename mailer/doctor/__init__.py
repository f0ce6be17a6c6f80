"""What must hold around a workspace for its mail to arrive: DNS, relay, pages, machine, queue."""
