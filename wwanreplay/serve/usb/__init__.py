"""The served modem as a USB function."""
