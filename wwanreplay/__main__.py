"""`python -m wwanreplay` is the command."""

from wwanreplay.cli import main

main()
