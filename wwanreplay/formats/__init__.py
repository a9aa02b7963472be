"""Sessions in other formats, and field logs in (`reading`)."""
