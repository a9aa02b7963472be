"""`python -m wwanreplay.cli` is the command."""

from wwanreplay.command import main

main()
