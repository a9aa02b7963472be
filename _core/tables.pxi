# What Python needs of the protocol's tables before it reads any: the build put it into the engine.

def table_hash():
    """A hash of every number and offset of the tables, by which a trace says which ones made it."""
    return TABLE_HASH


def completion_statuses():
    """The statuses, by name, that change what a completion means."""
    return {
        "NDIS_STATUS_INDICATION_REQUIRED": NDIS_STATUS_INDICATION_REQUIRED,
        "NDIS_STATUS_ADAPTER_REMOVED": NDIS_STATUS_ADAPTER_REMOVED,
        "NDIS_STATUS_ADAPTER_NOT_READY": NDIS_STATUS_ADAPTER_NOT_READY,
        "NDIS_STATUS_LOW_POWER_STATE": NDIS_STATUS_LOW_POWER_STATE,
    }
