"""Record and replay WWAN (mobile broadband) device sessions in the Windows NDIS model."""

__version__ = "0.1.0"
