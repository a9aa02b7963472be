"""A real modem watched: in front of it, recorded, while its hosts use it."""
