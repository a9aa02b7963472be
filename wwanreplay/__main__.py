"""`python -m wwanreplay` is the command."""

from wwanreplay.command import main

main()
