"""Sessions in other formats."""
