"""The rows of the MBIM tables, one module per subject; `wwanreplay.mbim.tables` joins them."""
