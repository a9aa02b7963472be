# (failures)
