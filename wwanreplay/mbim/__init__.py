"""MBIM messages: tables, strict codec, framing, fragments, and the bridge to NDIS-level events."""
