"""Ways for hosts to reach a served device, a file each."""
