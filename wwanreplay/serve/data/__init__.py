"""What answers on the data path of a served modem: a network of a few hosts, by the addresses that
its contexts were given.
"""
