"""What packs logs and traces: compression, archives, and how much may come out of them."""
