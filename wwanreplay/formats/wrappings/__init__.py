"""What people and programs wrap around a log; one file a wrapping, found by their names."""
