# (services)
