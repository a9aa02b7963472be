"""What USB says around MBIM: descriptors, control requests, transfer blocks of the data path."""
