"""`python -m mailer.cli`: the command line without its script."""

from mailer.cli.main import main

main()
